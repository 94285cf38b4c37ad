import Testing

/// A row of the module map in docs/architecture.md.
struct MappedModule: Equatable {
  let name: String
  /// `pure`, `procedure`, `shell` or `C`.
  let kind: String
  let dependencies: [String]

  /// The map of this checkout.
  static let own = map(in: Checkout.text("docs/architecture.md") ?? "")

  /// The rows of the table whose heads are module, kind, purpose and depends on.
  static func map(in text: String) -> [MappedModule] {
    var rows: [MappedModule] = []
    var isMap = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let cells = line.split(separator: "|").map { trim($0) }
      if cells == ["module", "kind", "purpose", "depends on"] {
        isMap = true
      } else if isMap, cells.count == 4, !cells[0].hasPrefix("-") {
        let names = cells[3].split(separator: ",").map { trim($0) }.filter { $0 != "–" }
        rows.append(
          MappedModule(
            name: name(cells[0]), kind: cells[1], dependencies: names.map { name($0[...]) }))
      } else if !line.hasPrefix("|") {
        isMap = false
      }
    }
    return rows
  }

  private static func trim(_ text: Substring) -> String {
    let start = text.drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }

  /// The first word of a cell, without backticks.
  private static func name(_ cell: some StringProtocol) -> String {
    String(cell.filter { $0 != "`" }.prefix { $0 != " " })
  }
}

@Suite("Architecture")
struct ArchitectureTests {
  let manifest: Manifest
  let map: [MappedModule]

  init() throws {
    manifest = Manifest(try #require(Checkout.text("Package.swift")))
    map = MappedModule.map(in: try #require(Checkout.text("docs/architecture.md")))
  }

  @Test("The module map is what Package.swift says, in its order")
  func mapIsTrue() {
    #expect(manifest.unknown.isEmpty, "calls among the targets that nobody can read")
    let modules = manifest.targets.filter { !$0.isTest }
    #expect(map.map(\.name) == modules.map(\.name))
    for module in modules {
      let row = map.first { $0.name == module.name }
      #expect(row?.dependencies == module.dependencies, "\(module.name) in docs/architecture.md")
    }
  }

  @Test("What files import is what the manifest says, no more and no less")
  func importsAreTrue() {
    let names = Set(manifest.targets.map(\.name))
    for target in manifest.targets where map.first(where: { $0.name == target.name })?.kind != "C" {
      let folder = target.path ?? (target.isTest ? "Tests/" : "Sources/") + target.name
      let files = Checkout.texts.filter { $0.isSwift && $0.path.hasPrefix(folder + "/") }
      var imported = Set(files.flatMap(\.imports).map(\.module)).intersection(names)
      // Tests of processes start the programs that the build has made.
      if target.isTest { imported.formUnion(target.dependencies.filter { $0.hasPrefix("stoat") }) }
      #expect(imported.sorted() == target.dependencies.sorted(), "\(target.name)")
    }
  }

  @Test("Arrows point at rows further up")
  func arrowsPointUp() {
    for (index, row) in map.enumerated() {
      for dependency in row.dependencies {
        let isAbove = map[..<index].contains { $0.name == dependency }
        #expect(isAbove, "\(row.name) depends on \(dependency), which comes later")
      }
    }
  }

  @Test("Every module is of a kind that rules know")
  func kinds() {
    for row in map { #expect(["pure", "procedure", "shell", "C"].contains(row.kind), "\(row)") }
    #expect(Set(map.map(\.kind)).count == 4, "a rule without a module to hold it against")
  }

  @Test("Every module has its folder, every test target tests a module")
  func folders() {
    let names = Set(manifest.targets.map(\.name))
    for target in manifest.targets {
      let folder = target.path ?? (target.isTest ? "Tests/" : "Sources/") + target.name
      let files = Checkout.texts.filter { $0.path.hasPrefix(folder + "/") }
      let hasCode = files.contains { $0.isSwift || $0.path.hasSuffix("/module.modulemap") }
      #expect(hasCode, "\(target.name) has no Swift file and no module map in \(folder)")
      // ClusterTests are those of Running and Campaign that need real clusters and processes.
      guard target.isTest, !["TidyTests", "ClusterTests"].contains(target.name) else { continue }
      #expect(target.name.hasSuffix("Tests"))
      let module = String(target.name.dropLast("Tests".count))
      #expect(names.contains(module) || module == "CommandLine", "\(target.name) tests no module")
    }
  }

  @Test("Every test folder is a target, so that no test is left out")
  func noForgottenTests() {
    let names = Set(manifest.targets.filter(\.isTest).map(\.name))
    let folders = Set(Checkout.texts.filter { $0.isSwift && $0.isTest }.map(\.module))
    let support = Set(manifest.targets.filter { $0.path?.hasPrefix("Tests/") == true }.map(\.name))
    #expect(folders.subtracting(names).subtracting(support).sorted() == [])
  }

  /// That it runs where there is nothing else is tested in HostsTests.
  @Test("The program that is copied to hosts is linked statically and without Foundation")
  func nodeIsStatic() throws {
    let text = try #require(Checkout.text("Package.swift"))
    let start = try #require(text.firstRange(of: "name: \"stoat-node\", dependencies:"))
    #expect(text[start.lowerBound...].prefix(500).contains("\"-static-executable\""))
    let targets = manifest.closure(of: "stoat-node")
    #expect(targets.contains { $0.name == "Relays" })
    for target in targets {
      let folder = target.name == "stoat-node" ? "Sources/Node" : "Sources/\(target.name)"
      let files = Checkout.texts.filter { $0.isSwift && $0.path.hasPrefix(folder + "/") }
      let foreign = files.flatMap(\.imports).map(\.module).filter { $0.hasPrefix("Foundation") }
      #expect(foreign == [], "\(target.name)")
    }
  }

  @Test("The extension points are all that workloads and checkers see")
  func extensionsAreNarrow() {
    let allowed: Set<String> = ["Environment", "CanonicalJSON", "Operations", "Harness"]
    for name in ["Workloads", "Checkers"] {
      let target = manifest.targets.first { $0.name == name }
      #expect(target.map { Set($0.dependencies).isSubset(of: allowed) } == true, "\(name)")
      #expect(target?.path == name, "\(name) lies at the top of the package")
    }
  }
}

@Suite("Reading the manifest and the map")
struct ManifestTests {
  @Test("Every form of a target is read")
  func targets() {
    let manifest = Manifest(
      """
      let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
      func module(_ name: String) -> Target { .target(name: name) }
      let package = Package(
        name: "a", products: [.executable(name: "a", targets: ["a"])],
        targets: [
          module("B"),  // "no target"
          module("C", ["B", deque], path: "C"),
          .executableTarget(
            name: "a",
            dependencies: ["B", "C"], path: "Sources/A", swiftSettings: strict),
          tests("CTests", ["C"]),
          .plugin(name: "P"),
        ],
        swiftLanguageModes: [.v6])
      """)
    #expect(manifest.unknown == ["plugin"])
    #expect(
      manifest.targets == [
        .init(name: "B", isTest: false, path: nil, dependencies: [], products: []),
        .init(name: "C", isTest: false, path: "C", dependencies: ["B"], products: ["deque"]),
        .init(
          name: "a", isTest: false, path: "Sources/A", dependencies: ["B", "C"], products: []),
        .init(name: "CTests", isTest: true, path: nil, dependencies: ["C"], products: []),
      ])
    #expect(manifest.closure(of: "a").map(\.name).sorted() == ["B", "C", "a"])
  }

  @Test("The map is read from its table alone")
  func map() {
    let rows = MappedModule.map(
      in: """
        | other | table | here |
        |---|---|---|
        | `X` | y | z |

        | module | kind | purpose | depends on |
        |---|---|---|---|
        | `B` | pure | first | – |
        | `a` (Sources/A) | shell | program | `B`, C |

        | `D` | pure | not in the table | – |
        """)
    #expect(
      rows == [
        MappedModule(name: "B", kind: "pure", dependencies: []),
        MappedModule(name: "a", kind: "shell", dependencies: ["B", "C"]),
      ])
  }
}
