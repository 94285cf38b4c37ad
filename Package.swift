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
    module("CanonicalJSON"),
    module("Operations", ["Environment", "CanonicalJSON"]),
    module("Harness", ["Environment", "CanonicalJSON", "Operations", deque, heap]),
    module("Workloads", ["Environment", "Operations", "Harness"], path: "Workloads"),
    module("Checkers", ["Environment", "Operations", "Harness"], path: "Checkers"),
    module("Scenarios", ["Environment", "CanonicalJSON", "Operations", "Harness", yams]),
    module("AMQP", ["Environment", deque]),
    module("Sessions", ["AMQP", "Environment", "Harness", "Operations"]),
    module(
      "AMQPClient",
      ["AMQP", "Environment", "Harness", "Operations", "Sessions", nioCore, nioPosix]),
    .systemLibrary(
      name: "CRabbitMQ", pkgConfig: "librabbitmq", providers: [.apt(["librabbitmq-dev"])]),
    module(
      "RabbitMQClient",
      [
        "AMQP", "CRabbitMQ", "Environment", "Harness", "Operations", "Sessions", deque, nioCore,
      ]),
    module(
      "Clients",
      [
        "AMQPClient", "Environment", "Harness", "Operations", "RabbitMQClient", "Sessions", nioCore,
      ]),
    module("Network", ["Environment"]),
    module("Control", ["Environment", "Harness"]),
    module("Systems", ["AMQP", "Environment", "Operations", "Harness", "Control", "Network"]),
    module("Store", ["Environment", "CanonicalJSON", "Operations"]),
    module(
      "Nemeses",
      ["CanonicalJSON", "Operations", "Harness", "Control", "Network", "Store"]),
    module(
      "Runner",
      [
        "Environment", "Operations", "Harness", "Workloads", "Nemeses", "Store", deque, nioCore,
      ]),
    module("Report", ["Environment", "CanonicalJSON", "Operations", "Harness", "Checkers"]),
    module(
      "Campaign",
      [
        "Environment", "CanonicalJSON", "Operations", "Harness", "Workloads", "Checkers",
        "Scenarios", "Clients", "Control", "Sessions", "Store", "Nemeses", "Runner", "Report",
        nioCore, nioPosix,
      ]),
    .executableTarget(
      name: "stoat",
      dependencies: [
        "Environment", "CanonicalJSON", "Operations", "Harness", "Workloads", "Checkers",
        "Scenarios", "Clients", "Control", "Systems", "Network", "Nemeses", "Store", "Runner",
        "Report", "Campaign", argumentParser,
      ],
      path: "Sources/CommandLine", swiftSettings: strict),
    .executableTarget(
      name: "stoat-node", dependencies: ["Network"], path: "Sources/Node", swiftSettings: strict),
    module("TestSupport", ["Control", "Harness"], path: "Tests/TestSupport"),
    tests("EnvironmentTests", ["Environment"]),
    tests("CanonicalJSONTests", ["CanonicalJSON"]),
    tests("OperationsTests", ["Environment", "CanonicalJSON", "Operations"]),
    tests("HarnessTests", ["Environment", "CanonicalJSON", "Operations", "Harness"]),
    tests(
      "ScenariosTests",
      ["Environment", "CanonicalJSON", "Operations", "Harness", "Workloads", "Scenarios"]),
    tests("WorkloadsTests", ["Environment", "Harness", "Operations", "Workloads"]),
    tests("AMQPTests", ["AMQP", "CRabbitMQ", "Environment"]),
    tests(
      "AMQPClientTests",
      ["AMQPClient", "Environment", "Harness", "Operations", "Sessions", nioCore, nioPosix]),
    tests(
      "RabbitMQClientTests",
      [
        "AMQP", "CRabbitMQ", "Environment", "Harness", "Operations", "RabbitMQClient", "Sessions",
      ]),
    tests(
      "ClientsTests",
      [
        "TestSupport", "AMQP", "Clients", "Environment", "Harness", "Operations", "Sessions",
        "Systems", "stoat-node", nioCore, nioPosix,
      ]),
    tests("RunnerTests", ["Checkers", "Environment", "Harness", "Operations", "Runner"]),
    tests(
      "CampaignTests",
      [
        "TestSupport", "Checkers", "Environment", "Harness", "Operations", "Workloads",
        "Scenarios", "Report", "Store", "Campaign",
      ]),
    tests("NetworkTests", ["Environment", "Network"]),
    tests("ControlTests", ["Control", "Environment", "Harness"]),
    tests(
      "SystemsTests",
      ["Systems", "Control", "Environment", "Harness", "Network", "Operations", "stoat-node"]),
    tests("StoreTests", ["Environment", "Operations", "Store"]),
    tests("CheckersTests", ["Environment", "Operations", "Harness", "Checkers"]),
    tests(
      "ReportTests",
      ["Environment", "CanonicalJSON", "Operations", "Harness", "Checkers", "Report"]),
    tests(
      "NemesesTests",
      [
        "TestSupport", "Campaign", "CanonicalJSON", "Control", "Environment", "Harness", "Nemeses",
        "Operations", "Runner", "Store", "Systems", "Workloads", "stoat-node", nioCore, nioPosix,
      ]),
    tests(
      "CommandLineTests",
      [
        "TestSupport", "CanonicalJSON", "Control", "Environment", "Harness", "Operations", "Store",
        "Systems", "stoat", "stoat-node",
      ]),
    tests("TidyTests", []),
  ],
  swiftLanguageModes: [.v6]
)
