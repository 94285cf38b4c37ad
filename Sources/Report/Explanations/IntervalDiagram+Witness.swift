import Checkers
import Environment
import Harness
package import Judging
import Operations

extension IntervalDiagram {
  /// The diagram of a violation and the least of the history that shows it.
  package init(_ minimal: MinimalWitness, names: HistoryNames = .own) {
    let header = minimal.history.header
    let source = WitnessDraft(minimal, names: names)
    let (rows, omitted) = source.draft.shown(near: minimal.witness.to)
    let instants = DiagramDraft.instants(of: rows)
    let queue = header.queues.first { $0.id == minimal.queue }
    let who = queue.map { names.areImported ? $0.name : "\($0.name) (\($0.kind.rawValue))" }
    title =
      "\(minimal.guarantee.rawValue) violated by "
      + (minimal.guarantee == .cleanLogs ? "the logs, the same for every queue" : who ?? "a queue")
    meaning = "Promised: \(minimal.guarantee.facts.promise)."
    finding = "Found: \(names.text(minimal.witness.statement))."
    lanes = DiagramDraft.lanes(of: rows, over: instants) { key in
      switch key {
      case .client(let client):
        names.areImported
          ? source.importedName(of: client)
          : Self.label(of: client, in: header, connectedTo: source.nodes[client])
      case .brokers: names.areImported ? "queue" : "brokers"
      case .faults: "faults"
      }
    }
    columns = instants.map(Readable.exactMoment)
    axis = "time"
    omittedRows = omitted
    notes =
      ["Not to scale: equal steps in the order of time; what shares a step shares the instant."]
      + (omitted > 0 ? ["\(Readable.counted(omitted, "more row")) not drawn."] : [])
      + (minimal.witness.text == minimal.original.text
        ? [] : ["In the whole history: \(names.text(minimal.original.statement))."])
      + minimal.evidenceSentences
  }

  private static func label(
    of client: ClientID, in header: HistoryHeader, connectedTo node: NodeID?
  ) -> String {
    let known = header.clients.first { $0.id == client }
    let role = known.map { "\($0.role.rawValue), " } ?? ""
    let place = (node ?? known?.node).map { " on \($0)" } ?? ""
    return "\(role)client \(client)\(place)"
  }
}

extension MinimalWitness {
  /// How far it was reduced, and what that proves.
  var evidenceSentences: [String] {
    let kept =
      "Left: \(Readable.counted(history.events.count, "event")) and "
      + "\(Readable.counted(messages.count, "message")), of "
      + "\(Readable.counted(history.events.count + removedEvents, "event")) and "
      + "\(Readable.counted(messages.count + removedMessages, "message"))."
    switch evidence {
    case .alone(let isMinimal):
      let rest =
        !isMinimal
        ? "Less of it may be enough too."
        : messages.isEmpty
          ? ""
          : messages.count == 1
            ? "Without this message it would not."
            : "Without any one more of these messages it would not."
      return [
        kept,
        "Verified: judged on its own, what is left violates \(guarantee.rawValue)."
          + (rest.isEmpty ? "" : " \(rest)"),
      ]
    case .wholeHistory(let reason):
      return [kept, "This alone proves nothing, the whole history does: \(reason)."]
    }
  }
}

extension Readable {
  /// An instant since the run's origin to the microsecond: `16.204012 s`.
  static func exactMoment(_ instant: Instant) -> String {
    let microseconds = instant.nanoseconds.magnitude / 1000
    let fraction = String(1_000_000 + microseconds % 1_000_000).dropFirst()
    return "\(instant.nanoseconds < 0 ? "-" : "")\(microseconds / 1_000_000).\(fraction) s"
  }
}
