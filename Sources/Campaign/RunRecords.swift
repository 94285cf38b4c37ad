import CanonicalJSON
import Hosts
import Environment
import Harness
import Operations
import Store

/// Writes what a run's directory holds beside plan and history: environment.json, faults.jsonl.
struct RunRecords: Sendable {
  var directory: RunDirectory
  /// The version of both files, in environment.json and on each line of faults.jsonl; a file
  /// without it is of version 1.
  private static let version: JSONValue = 1

  /// Writes environment.json: the system, the machine, and how the harness watched itself.
  func write(_ description: SystemDescription, watch: SelfWatch) throws(StoreError) {
    let value: JSONValue = [
      "version": Self.version,
      "system": [
        "name": .string(description.name), "version": .string(description.version),
        "settings": .object(
          description.settings.map { JSONMember($0.name, .string($0.value)) }),
      ],
      "harness": .object(
        watch.settings.map { JSONMember($0.name, .string($0.value)) }),
    ]
    try directory.write(Array(value.text(pretty: true).utf8), to: directory.environment)
  }

  /// Writes faults.jsonl: what was done when, to whom, with which evidence; undo.jsonl, written
  /// during the run, says how each is undone.
  func write(_ faults: [TimedEvent]) throws(StoreError) {
    var text = ""
    for timed in faults {
      guard case .fault(let fault) = timed.event else { continue }
      var members = [
        JSONMember("version", Self.version),
        JSONMember("at_ns", .integer(timed.at.nanoseconds)),
        JSONMember("fault", .integer(Int64(fault.fault.rawValue))),
        JSONMember("name", .string(fault.name)),
        JSONMember("stage", .string("\(fault.stage)")),
        JSONMember("nodes", .array(fault.nodes.map { .string($0.description) })),
        JSONMember("detail", .string(fault.detail)),
      ]
      if let evidence = fault.evidence { members.append(JSONMember("evidence", evidence.line)) }
      text += JSONValue.object(members).text() + "\n"
    }
    try directory.write(Array(text.utf8), to: directory.faults)
  }
}

/// How much the harness itself was disturbed during a run.
struct SelfWatch: Sendable {
  /// By how much the event loop was late at worst.
  var loopLag: Duration
  /// By how much a relay was late at worst; nil where there is none or it did not answer.
  var linkLag: Duration?
  /// How much of the machine's time was taken by others, in thousandths; nil if unknown.
  var stolenPerMille: UInt64?
  /// The load average at the end, in hundredths; nil if unknown.
  var loadHundredths: UInt64?

  /// The figures of a run that has just ended.
  init(
    loopLag: Duration, system: any System, before: MachineFigures?, after: MachineFigures?
  ) async {
    self.loopLag = loopLag
    linkLag = try? await (system as? any LinkWatch)?.worstLinkLag()
    if let before, let after {
      stolenPerMille = after.stolenPerMille(since: before)
      loadHundredths = after.loadHundredths
    }
  }

  /// What the machine is at, compared with what it was at before; nil figures where it is unknown.
  static func machine(since before: MachineFigures?, now: MachineFigures?) -> HarnessWatch {
    guard let now else { return HarnessWatch() }
    return HarnessWatch(
      stolenPerMille: before.map { UInt32(clamping: now.stolenPerMille(since: $0)) },
      loadHundredths: UInt32(clamping: now.loadHundredths))
  }

  /// The figures for people.
  var settings: [Setting] {
    var settings = [Setting("event loop lag, worst", milliseconds(loopLag))]
    if let linkLag { settings.append(Setting("relay lag, worst", milliseconds(linkLag))) }
    if let stolenPerMille {
      settings.append(Setting("processor time stolen", "\(stolenPerMille) ‰"))
    }
    if let loadHundredths {
      settings.append(
        Setting("load average at the end", "\(loadHundredths / 100).\(loadHundredths % 100 / 10)"))
    }
    return settings
  }

  private func milliseconds(_ duration: Duration) -> String {
    "\(duration.nanoseconds / 1_000_000) ms"
  }
}
