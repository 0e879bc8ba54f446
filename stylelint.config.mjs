// What stylelint holds against the style sheets: mistakes, and colours that are not tokens.
const literalColours = {
  "color-no-hex": true,
  "color-named": "never",
  "function-disallowed-list": ["rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch"],
};

export default {
  extends: "stylelint-config-recommended",
  rules: {
    ...literalColours,
    // Apple's name for the text size chosen in Settings; it is a whole font and has no fallback.
    "font-family-no-missing-generic-family-keyword": [true, { ignoreFontFamilies: ["-apple-system-body"] }],
    "selector-max-id": 0,
    // Cascade layers settle what wins, so the order of selectors in one file is free to follow the page.
    "no-descending-specificity": null,
  },
  overrides: [
    {
      // The one place where colours have values.
      files: ["style/**/tokens.css"],
      rules: Object.fromEntries(Object.keys(literalColours).map((rule) => [rule, null])),
    },
  ],
};
