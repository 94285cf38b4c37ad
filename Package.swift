// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil
) -> Target {
  .target(name: name, dependencies: dependencies, path: path, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
  name: "stoat",
  products: [
    .executable(name: "stoat", targets: ["stoat"]),
    .executable(name: "stoat-node", targets: ["stoat-node"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    module("Environment"),
    .target(name: "CLinux"),
    module("Hosts", ["CLinux", "Environment"]),
    module("CanonicalJSON"),
    module("Operations", ["Environment", "CanonicalJSON"]),
    module("Harness", ["Environment", "CanonicalJSON", "Operations", deque, heap]),
    module("Linearizability", ["Environment", "Operations"]),
    module("Workloads", ["Environment", "Operations", "Harness"], path: "Workloads"),
    module("Checkers", ["Environment", "Operations", "Harness"], path: "Checkers"),
    module("Scenarios", ["Environment", "CanonicalJSON", "Operations", "Harness", yams]),
    module("AMQP", ["Environment", deque]),
    module("Sessions", ["AMQP", "Environment", "Harness", "Operations"]),
    .systemLibrary(
      name: "CRabbitMQ", pkgConfig: "librabbitmq", providers: [.apt(["librabbitmq-dev"])]),
    module(
      "Clients",
      [
        "AMQP", "CRabbitMQ", "Environment", "Harness", "Hosts", "Operations", "Sessions", deque,
        nioCore, nioPosix,
      ]),
    module("Relays", ["CLinux", "Environment"]),
    module("Systems", ["AMQP", "Environment", "Operations", "Harness", "Hosts", "Relays"]),
    module("Store", ["Environment", "CanonicalJSON", "Hosts", "Operations"]),
    module(
      "Running", ["Environment", "Operations", "Harness", "Workloads", deque, nioCore]),
    module(
      "Judging",
      [
        "Environment", "CanonicalJSON", "Operations", "Harness", "Linearizability", "Checkers",
      ]),
    module(
      "Report",
      [
        "Environment", "CanonicalJSON", "Operations", "Harness", "Linearizability", "Checkers",
        "Judging",
      ]),
    module(
      "Campaign",
      [
        "Environment", "CanonicalJSON", "Operations", "Harness", "Linearizability", "Workloads",
        "Checkers", "Scenarios", "Sessions", "Clients", "Relays", "Hosts", "Store", "Running",
        "Judging", "Report", nioCore, nioPosix,
      ]),
    .executableTarget(
      name: "stoat",
      dependencies: [
        "Environment", "CanonicalJSON", "Operations", "Harness", "Linearizability", "Workloads",
        "Checkers", "Scenarios", "Clients", "Relays", "Hosts", "Systems", "Store", "Running",
        "Judging", "Report", "Campaign", argumentParser,
      ],
      path: "Sources/CommandLine", swiftSettings: strict),
    .target(name: "CNode"),
    .executableTarget(
      name: "stoat-node", dependencies: ["CNode", "Relays"], path: "Sources/Node",
      swiftSettings: strict,
      // No test depends on it: the flag would link the tests like that. Every build builds it.
      linkerSettings: [.unsafeFlags(["-static-executable"])]),
    module("TestSupport", ["Environment", "Harness", "Hosts"], path: "Tests/TestSupport"),
    module(
      "Mutations", ["Environment", "Operations", "Harness", "Checkers"], path: "Tests/Mutations"),
    tests("EnvironmentTests", ["Environment"]),
    tests("CanonicalJSONTests", ["CanonicalJSON"]),
    tests("OperationsTests", ["Environment", "CanonicalJSON", "Operations"]),
    tests("HarnessTests", ["Environment", "CanonicalJSON", "Operations", "Harness"]),
    tests("LinearizabilityTests", ["Environment", "Operations", "Linearizability"]),
    tests(
      "ScenariosTests",
      ["Environment", "CanonicalJSON", "Operations", "Harness", "Workloads", "Scenarios"]),
    tests("WorkloadsTests", ["Environment", "Harness", "Operations", "Workloads"]),
    tests("AMQPTests", ["AMQP", "CRabbitMQ", "Environment"]),
    tests(
      "ClientsTests",
      [
        "TestSupport", "AMQP", "CRabbitMQ", "Clients", "Environment", "Harness", "Hosts",
        "Operations", "Sessions", "Systems", nioCore, nioPosix,
      ]),
    tests("RunningTests", ["Environment", "Harness", "Operations", "Running"]),
    tests(
      "CampaignTests",
      [
        "TestSupport", "Checkers", "Environment", "Harness", "Operations", "Workloads",
        "Scenarios", "Judging", "Report", "Store", "Campaign",
      ]),
    tests("RelaysTests", ["CLinux", "Environment", "Relays"]),
    tests("HostsTests", ["Environment", "Hosts", "Relays"]),
    tests(
      "SystemsTests",
      [
        "TestSupport", "Systems", "Hosts", "Environment", "Harness", "Relays", "Operations",
      ]),
    tests("StoreTests", ["Environment", "Operations", "Store"]),
    tests(
      "CheckersTests",
      [
        "Environment", "Operations", "Harness", "Linearizability", "Checkers", "Mutations",
        "Judging", "Running",
      ]),
    tests(
      "ReportTests",
      [
        "Environment", "CanonicalJSON", "Operations", "Harness", "Linearizability", "Checkers",
        "Judging", "Report",
      ]),
    tests(
      "ClusterTests",
      [
        "TestSupport", "Campaign", "CanonicalJSON", "Hosts", "Environment", "Harness",
        "Operations", "Running", "Store", "Systems", "Workloads", nioCore, nioPosix,
      ]),
    tests(
      "CommandLineTests",
      [
        "TestSupport", "CanonicalJSON", "Hosts", "Environment", "Harness", "Judging",
        "Operations", "Store", "Systems", "stoat",
      ]),
    tests("TidyTests", []),
  ],
  swiftLanguageModes: [.v6]
)
