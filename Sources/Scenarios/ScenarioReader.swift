import CanonicalJSON
import Environment
import Harness

extension Scenario {
  /// Reads a scenario; `file` is what errors call it.
  package init(yaml: String, file: String) throws(ScenarioError) {
    let document = try YAMLDocument(yaml, file: file, root: "scenario")
    do throws(JSONError) {
      let root = JSONReader(document.value, path: "scenario")
      self = try ScenarioReader(root: root).scenario(yaml: yaml, file: file)
    } catch {
      throw ScenarioError(error, in: document)
    }
    guard let name = workload?.name else { return }
    workload = WorkloadChoice(
      name: name, settings: workload?.settings.map { document.placed($0) } ?? [],
      line: document.line(of: "scenario.workload.name"))
  }

  /// Reads a scenario from the bytes of a file, which have to be UTF-8.
  package init(yaml: [UInt8], file: String) throws(ScenarioError) {
    guard yaml.count <= YAMLDocument.byteLimit else {
      throw ScenarioError(
        file: file, line: nil,
        problem: "found \(yaml.count) bytes, expected at most \(YAMLDocument.byteLimit)")
    }
    guard let text = String(validating: yaml, as: UTF8.self) else {
      throw ScenarioError(
        file: file, line: nil, problem: "found bytes that are not UTF-8, expected a YAML text")
    }
    try self.init(yaml: text, file: file)
  }
}

extension YAMLDocument {
  /// The parameter with its line.
  fileprivate func placed(_ choice: ParameterChoice) -> ParameterChoice {
    var choice = choice
    choice.line = line(of: "scenario.workload.set.\(choice.name)")
    return choice
  }
}

/// Reads the members of a scenario.
struct ScenarioReader {
  /// The members of a scenario, in the order in which they are usually written.
  static let members = [
    "name", "summary", "nodes", "partition-handling", "net-tick", "mirroring", "group-size",
    "workload", "tail", "load", "steps", "expect",
  ]
  /// How names are written.
  static let namePattern = "[a-z][a-z0-9]*(-[a-z0-9]+)*"
  /// The longest name and the longest sentence, in Unicode scalars.
  static let limits = (name: 40, sentence: 200)
  /// The most steps of a schedule.
  static let stepLimit = 100
  /// How long clients go on after the last step, unless the scenario says otherwise.
  static let usualTail = Duration.seconds(12)

  let root: JSONReader

  func scenario(yaml: String, file: String) throws(JSONError) -> Scenario {
    try root.rejectUnknownMembers(allowed: Self.members)
    let nodes = try root.optional("nodes")?.integer(in: 1...9)
    let clusterSize = nodes ?? Scenario.usualNodes
    let scenario = try Scenario(
      name: root.member("name").kebabName(), summary: root.member("summary").sentence(),
      nodes: nodes,
      partitionHandling: root.optional("partition-handling")?.choice(),
      netTick: root.optional("net-tick")?.time(atLeast: .seconds(1)),
      mirroring: root.optional("mirroring")?.mirroring(nodes: clusterSize),
      groupSize: root.optional("group-size")?.integer(in: 0...clusterSize),
      workload: workload(), ending: ending(), steps: steps(nodes: clusterSize),
      expectation: root.optional("expect")?.sentence(), yaml: yaml, file: file)
    if case .load(let load) = scenario.ending, load < scenario.latestBeginning {
      throw try root.member("load").mismatch(
        expected: "at least \(scenario.latestBeginning), when the last step may begin")
    }
    return scenario
  }

  private func ending() throws(JSONError) -> Scenario.Ending {
    let load = try root.optional("load")
    guard let tail = try root.optional("tail") else {
      return try load.map { (load) throws(JSONError) in .load(try load.time()) }
        ?? .tail(Self.usualTail)
    }
    if let load { throw load.superfluous("tail says when the load ends") }
    return .tail(try tail.time())
  }

  private func workload() throws(JSONError) -> WorkloadChoice? {
    guard let workload = try root.optional("workload") else { return nil }
    try workload.rejectUnknownMembers(allowed: ["name", "set"])
    var settings: [ParameterChoice] = []
    for (name, value) in try workload.optional("set")?.members() ?? [] {
      settings.append(ParameterChoice(name, try value.parameterText()))
    }
    return WorkloadChoice(name: try workload.member("name").kebabName(), settings: settings)
  }

  private func steps(nodes: Int) throws(JSONError) -> [ScenarioStep] {
    let list = try root.array("steps")
    guard list.count <= Self.stepLimit else {
      throw try root.member("steps").mismatch(expected: "at most \(Self.stepLimit) steps")
    }
    var steps: [ScenarioStep] = []
    for step in list {
      try steps.append(StepReader(step: step, nodes: nodes, earlier: steps).read())
    }
    return steps
  }
}

extension JSONReader {
  /// A name in kebab case.
  func kebabName() throws(JSONError) -> String {
    let name = try string()
    let words = name.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    let isKebab = words.allSatisfy { word in
      !word.isEmpty
        && word.allSatisfy { byte in
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
    }
    guard isKebab, name.first?.isLetter == true, name.utf8.count <= ScenarioReader.limits.name
    else {
      throw mismatch(
        expected: "a name of at most \(ScenarioReader.limits.name) letters in kebab case")
    }
    return name
  }

  /// One line of text for people.
  func sentence() throws(JSONError) -> String {
    let text = try string()
    let scalars = text.unicodeScalars
    guard (1...ScenarioReader.limits.sentence).contains(scalars.count),
      !scalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      throw mismatch(
        expected: "one line of 1 to \(ScenarioReader.limits.sentence) characters")
    }
    return text
  }

  /// A policy; what it does not say is as in a policy without it.
  func mirroring(nodes: Int) throws(JSONError) -> Mirroring {
    try rejectUnknownMembers(allowed: ["replicas", "sync", "promote"])
    return Mirroring(
      replicas: try optional("replicas")?.integer(in: 0...nodes) ?? 0,
      syncMode: try optional("sync")?.choice() ?? .automatic,
      promoteOnFailure: try optional("promote")?.choice() ?? .always)
  }

  /// The value of a workload's parameter as it is written.
  func parameterText() throws(JSONError) -> String {
    switch value {
    case .integer(let number): return String(number)
    case .string(let text) where Duration(written: text) != nil: return text
    default: throw mismatch(expected: "a whole number, or a time such as 80ms")
    }
  }

  /// The error that this member has no place here.
  func superfluous(_ reason: String) -> JSONError {
    mismatch(expected: "nothing here: \(reason)")
  }
}
