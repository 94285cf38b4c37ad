# Every target first installs what is missing (scripts/bootstrap says nothing when nothing is).
# One build configuration everywhere: demo, tests and CI share one cold build.
SWIFT_FLAGS = -c release -Xswiftc -enable-testing \
  --explicit-target-dependency-import-check error
BUILD_FLAGS =
STOAT = .build/release/stoat
SEED = 1
SWIFT_CODE = Package.swift Sources Workloads Checkers Tests

.PHONY: demo build test test-build soak bench format lint clean bootstrap
.DEFAULT_GOAL := demo

# Plain, mirrored and quorum queues of a real RabbitMQ under the same faults: about four minutes.
demo: build
	$(STOAT) compare --system rabbitmq --schedule losing --seed $(SEED)

build: bootstrap
	swift build $(SWIFT_FLAGS) $(BUILD_FLAGS)

# All tests. Those that start processes, with a real RabbitMQ cluster among them, come second and
# one at a time: they share the machine with nothing else, and exit tests cannot stand foreign
# children in their process.
PROCESS_TESTS = ^(Hosts|Systems|Relays|Cluster|Clients|CommandLine)Tests\.
test: test-build
	swift test $(SWIFT_FLAGS) --skip-build --disable-xctest --skip '$(PROCESS_TESTS)'
	swift test $(SWIFT_FLAGS) --skip-build --disable-xctest --filter '$(PROCESS_TESTS)' --no-parallel

test-build: bootstrap
	swift build $(SWIFT_FLAGS) $(BUILD_FLAGS) --build-tests

# The tables of docs/results.md, and the controller killed in the middle of each fault: two hours.
soak: test-build
	scripts/soak-checkers
	scripts/soak
	scripts/soak-scenarios
	scripts/soak-heal

# Ratios measured side by side: recording against a plain write, checking against a plain pass, our
# client against rabbitmq-c.
bench: build
	$(STOAT) bench history
	$(STOAT) bench check
	$(STOAT) bench check --crashed 20 --operations 1000000
	$(STOAT) bench client

format: bootstrap
	swift format format --in-place --parallel --recursive $(SWIFT_CODE)

lint: bootstrap
	swift format lint --strict --parallel --recursive $(SWIFT_CODE)

# Runs are evidence: they stay until you remove them.
clean:
	rm -rf .build

bootstrap:
	@scripts/bootstrap
