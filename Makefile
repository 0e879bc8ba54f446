# Short names for the scripts in tools/; each script says at its top what it does.
# Arguments go through ARGS: make run ARGS="--addr 127.0.0.1:4000"

ARGS ?=

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /  make \1	/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

.PHONY: run
run: ## install what is missing, build, start Baton with a demo on http://127.0.0.1:3000
	@tools/run.sh $(ARGS)

.PHONY: check
check: ## format, lints, style sheets, generated files, links
	@tools/check.sh

.PHONY: test
test: ## every test: Rust on both databases, the policy in WASM, pages in Chromium and WebKit
	@tools/test.sh

.PHONY: test-rust
test-rust: ## the Rust tests alone
	@tools/test.sh rust

.PHONY: test-wasm
test-wasm: ## the policy's package alone: golden vectors and bad input in Node and Chromium, types
	@tools/test.sh wasm

.PHONY: test-e2e
test-e2e: ## the tests in Chromium and WebKit alone (ARGS go to Playwright)
	@tools/test.sh e2e $(ARGS)

.PHONY: pictures
pictures: ## photograph every page in every state, and look it over (ARGS=part of a name, or readme)
	@tools/pictures.sh $(ARGS)

.PHONY: bench
bench: ## the benchmarks (ARGS=server or policy)
	@tools/bench.sh $(ARGS)

.PHONY: watch
watch: ## like run, rebuilt after every change
	@tools/watch.sh $(ARGS)

.PHONY: fmt
fmt: ## format the Rust code
	@tools/fmt.sh

.PHONY: site
site: ## only what the browser gets: target/site
	@tools/setup.sh run && tools/site.sh

.PHONY: policy-pkg
policy-pkg: ## the policy as a JavaScript package for Node and browsers: target/policy-pkg
	@tools/policy-pkg.sh

.PHONY: clean
clean: ## remove what was built; the tools in .tools and node_modules stay
	@rm -rf target test-results playwright-report end2end/.results
