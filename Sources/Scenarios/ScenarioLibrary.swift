/// The scenarios that everybody has, by name.
package enum ScenarioLibrary {
  /// The scenarios in the order in which help lists them.
  package static let all: [Scenario] =
    [noFault, losingFaults, processFaults, networkFaults, fiveNodes, clientFaults, replicaFaults]
    .joined().map(read)

  /// The scenario with this name.
  package static func named(_ name: String) -> Scenario? {
    all.first { $0.name == name }
  }

  /// No fault at all: the control.
  package static let none = read(noFault[0])

  /// The fault under which mirrored queues lose most surely; the one to begin with.
  package static let losing = read(losingFaults[0])

  private static func read(_ yaml: String) -> Scenario {
    do {
      return try Scenario(yaml: yaml, file: "the library")
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
