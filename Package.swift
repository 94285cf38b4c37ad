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

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
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
    module("Hosts", ["Environment", "CLinux"]),
    module("CanonicalJSON"),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    module("Digests", ["CCrypto"]),
    module("Operations", ["Environment", "CanonicalJSON", "Digests"]),
    module("Harness", ["Environment", "CanonicalJSON", "Operations", deque, heap]),
    module("Linearizability", ["Environment", "Operations"]),
    module("Workloads", ["Environment", "Operations", "Harness"], path: "Workloads"),
    module("Checkers", ["Environment", "Operations", "Harness"], path: "Checkers"),
    module("Scenarios", ["Environment", "CanonicalJSON", "Operations", "Harness", yams]),
    module("AMQP", ["Environment", deque]),
    module("Sessions", ["Environment", "Operations", "Harness", "AMQP"]),
    .systemLibrary(
      name: "CRabbitMQ", pkgConfig: "librabbitmq", providers: [.apt(["librabbitmq-dev"])]),
    module(
      "Clients",
      [
        "Environment", "Hosts", "Operations", "Harness", "AMQP", "Sessions", "CRabbitMQ", deque,
        nioCore, nioPosix,
      ]),
    module("Relays", ["Environment", "CLinux"]),
    module("Systems", ["Environment", "Hosts", "Operations", "Harness", "AMQP", "Relays"]),
    module("Store", ["Environment", "Hosts", "Digests", "Operations"]),
    module(
      "Running", ["Environment", "Operations", "Harness", "Workloads"]),
    module("Simulator", ["Environment", "Operations", "Harness", heap]),
    module(
      "Judging",
      [
        "Environment", "CanonicalJSON", "Operations", "Harness", "Linearizability", "Checkers",
      ]),
    module(
      "Report",
      ["Environment", "Operations", "Harness", "Linearizability", "Checkers", "Judging"]),
    module(
      "Campaign",
      [
        "Environment", "Hosts", "CanonicalJSON", "Operations", "Harness", "Linearizability",
        "Workloads", "Checkers", "Scenarios", "Sessions", "Clients", "Relays", "Systems", "Store",
        "Running", "Judging", "Report", nioCore, nioPosix,
      ]),
    .executableTarget(
      name: "stoat",
      dependencies: [
        "Environment", "Hosts", "CanonicalJSON", "Operations", "Harness", "Linearizability",
        "Workloads", "Checkers", "Scenarios", "Clients", "Systems", "Store", "Running", "Judging",
        "Report", "Campaign", argumentParser,
      ],
      path: "Sources/CommandLine", swiftSettings: strict),
    .target(name: "CNode"),
    .executableTarget(
      name: "stoat-node", dependencies: ["Relays", "CNode"], path: "Sources/Node",
      swiftSettings: strict,
      // No test depends on it: the flag would link the tests like that. Every build builds it.
      linkerSettings: [.unsafeFlags(["-static-executable"])]),
    module("TestSupport", ["Environment", "Hosts", "Harness"], path: "Tests/TestSupport"),
    module(
      "Mutations", ["Environment", "Operations", "Harness", "Checkers"], path: "Tests/Mutations"),
    module(
      "VirtualWorld", ["Environment", "Operations", "Harness", "Running", "Simulator", deque],
      path: "Tests/VirtualWorld"),
    tests("SimulatorTests", ["Environment", "Harness", "Simulator"]),
    tests("EnvironmentTests", ["Environment"]),
    tests("CanonicalJSONTests", ["CanonicalJSON"]),
    tests("DigestsTests", ["Digests"]),
    tests(
      "OperationsTests", ["Environment", "CanonicalJSON", "Digests", "Operations"],
      exclude: ["FirstFormat"]),
    tests("HarnessTests", ["Environment", "CanonicalJSON", "Operations", "Harness"]),
    tests("LinearizabilityTests", ["Environment", "Linearizability"]),
    tests(
      "ScenariosTests",
      ["Environment", "CanonicalJSON", "Operations", "Harness", "Workloads", "Scenarios"]),
    tests("WorkloadsTests", ["Environment", "Operations", "Harness", "Workloads"]),
    tests("AMQPTests", ["Environment", "AMQP", "CRabbitMQ"]),
    tests("SessionsTests", ["Environment", "Operations", "Harness", "AMQP", "Sessions"]),
    tests(
      "ClientsTests",
      [
        "Environment", "Hosts", "Operations", "Harness", "AMQP", "Sessions", "CRabbitMQ", "Clients",
        "Systems", "TestSupport", nioCore, nioPosix,
      ]),
    tests(
      "RunningTests",
      [
        "Environment", "Operations", "Harness", "Workloads", "Scenarios", "Running", "Simulator",
        "Judging", "Campaign", "VirtualWorld",
      ]),
    tests(
      "CampaignTests",
      [
        "Environment", "Operations", "Harness", "Workloads", "Checkers", "Scenarios", "Store",
        "Judging", "Report", "Campaign", "TestSupport",
      ]),
    tests("RelaysTests", ["Environment", "CLinux", "Relays"]),
    tests("HostsTests", ["Environment", "Hosts", "Relays"]),
    tests(
      "SystemsTests",
      ["Environment", "Hosts", "Operations", "Harness", "Relays", "Systems", "TestSupport"]),
    tests("StoreTests", ["Environment", "Operations", "Store"]),
    tests(
      "CheckersTests",
      [
        "Environment", "Operations", "Harness", "Linearizability", "Checkers", "Running", "Judging",
        "Mutations",
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
        "Environment", "Hosts", "CanonicalJSON", "Operations", "Harness", "Workloads", "Systems",
        "Store", "Running", "Campaign", "TestSupport", nioCore, nioPosix,
      ]),
    tests(
      "CommandLineTests",
      [
        "Environment", "Hosts", "CanonicalJSON", "Operations", "Harness", "Systems", "Store",
        "Campaign", "stoat", "TestSupport",
      ]),
    tests("TidyTests", []),
  ],
  swiftLanguageModes: [.v6]
)
