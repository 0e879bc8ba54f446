// The main job in Safari's engine: a shared iPhone changes hands (A2, A3, A4, A6, A7, A10, A12, A20).
import { FIRST_PHONE, iconOf } from "../support/people.mjs";
import { expect, signIn, test } from "../support/webkit.mjs";

test("a phone goes from one person to the next and keeps nothing of the first", async ({ safari, baton }) => {
  const icon = await iconOf(baton);
  await safari.goto(icon);

  await test.step("the page shows the phone's name, and no secret in its address", async () => {
    await safari.expectHeading("Sign in to this phone");
    await safari.expectText(FIRST_PHONE);
    expect(await safari.path()).toBe("/clip");
  });

  await test.step("a nurse signs in and sees her things arrive, without touching the page", async () => {
    await signIn(safari, "ada");
    await safari.expectHeading("Ready");
    for (const name of ["Ward Wi-Fi", "Clinic passcode", "My shift", "Microsoft Teams", "Rounds"]) {
      await safari.expectText(name, "main li");
    }
    await safari.expectText(/Rounds.*Installed/, "main li");
  });

  await test.step("before she signs out she sees what goes and what stays", async () => {
    await safari.follow("Sign out");
    await safari.expectText(/Will be removed.*My shift.*Stays.*Ward Wi-Fi/);
  });

  await test.step("after she confirmed, the phone is cleaned and then offers the next sign-in", async () => {
    await safari.press(/^Sign out and remove/);
    await safari.expectHeading("Sign in to this phone");
    await safari.expectText("Everything this phone got for the last person is gone.");
    expect(await safari.text()).not.toContain("Ada");
  });

  await test.step("going back shows nothing of her", async () => {
    for (let step = 0; step < 3; step += 1) {
      await safari.session.back();
      expect(await safari.text()).not.toContain("Ada Lindqvist");
    }
    await safari.goto("/clip");
  });

  await test.step("the next person gets their own things only", async () => {
    await signIn(safari, "chloe");
    await safari.expectHeading("Ready");
    await safari.expectText(/Microsoft Outlook.*Installed/, "main li");
    await safari.expectText("Signed in as Chloe Marchetti");
    expect(await safari.text("main li")).not.toContain("Rounds");
  });

  await test.step("the first person's icon address is retired, and says what to do", async () => {
    await safari.goto(icon);
    await safari.expectHeading(/Home Screen/);
  });
});

test("a phone in somebody's hands refuses a second person and lets its holder go on", async ({ safari, baton }) => {
  const icon = await iconOf(baton);
  await safari.goto(icon);
  await signIn(safari, "ada");
  await safari.expectHeading("Ready");

  await test.step("in another browser the page says that it is in use, by nobody's name, and who may help", async () => {
    await safari.session.forgetCookies();
    await safari.goto(icon);
    await safari.expectHeading(/in use/i);
    await safari.expectText("extension 4100");
    expect(await safari.text()).not.toContain("Ada");
  });

  await test.step("another person is refused, and the form keeps the name and not the password", async () => {
    await signIn(safari, "ben");
    await safari.expectText(/\S/, "[role=alert]");
    expect(await safari.value("User name")).toBe("ben");
    expect(await safari.value("Password")).toBe("");
  });

  await test.step("the holder signs in again and goes on", async () => {
    await signIn(safari, "ada");
    await safari.expectText("Signed in as Ada Lindqvist");
  });
});

test("a wrong password and a PIN each get their own clear answer", async ({ safari, baton }) => {
  await safari.goto(await iconOf(baton));
  await signIn(safari, "ada", "two grey herons");
  await safari.expectText(/user name|password/i, "[role=alert]");
  await signIn(safari, "ada", "471147");
  await safari.expectText(/PIN/, "[role=alert]");
});

test("the portal signs its user in, shows the phone in hand, and signs out", async ({ safari, baton }) => {
  await safari.goto(await iconOf(baton));
  await signIn(safari, "ada");
  await safari.expectHeading("Ready");

  await safari.goto("/");
  await safari.expectPath(/^\/sign-in/);
  await signIn(safari, "ada");
  await safari.expectPath("/");
  await safari.expectText("My devices");
  await safari.expectText(FIRST_PHONE);

  await safari.press("Sign out");
  await safari.expectPath(/^\/sign-in/);
  await safari.goto("/");
  await safari.expectPath(/^\/sign-in/);
});
