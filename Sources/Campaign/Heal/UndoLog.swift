package import CanonicalJSON
package import Harness
package import Store

/// The undo journal of a run as `undo.jsonl`: one JSON object a line, fsynced before `add` returns.
package final class UndoLog: UndoJournal {
  private let file: JournalFile

  /// A log that appends to `file`.
  package init(_ file: JournalFile) {
    self.file = file
  }

  /// Appends an undo and waits until it is on disk.
  package func add(_ undo: Undo) throws(SystemFailure) {
    do {
      try file.append(undo.json.text())
    } catch {
      throw SystemFailure(
        .failed, "could not write the undo journal, so nothing was changed: \(error)")
    }
  }
}

extension Undo {
  /// The undo as a line of `undo.jsonl`.
  var json: JSONValue {
    switch self {
    case .endMarked(let token): ["undo": "end-marked", "token": .string(token)]
    case .continueProcess(let process, let what): Self.json("continue-process", process, what)
    case .endProcess(let process, let what): Self.json("end-process", process, what)
    case .healRelay(let socket): ["undo": "heal-relay", "socket": .string(socket)]
    case .endRelay(let socket): ["undo": "end-relay", "socket": .string(socket)]
    }
  }

  /// Reads a line of `undo.jsonl`.
  package init(parsing line: String, path: String) throws(JSONError) {
    let reader = try JSONReader(JSONValue(parsing: line), path: path)
    switch try reader.string("undo") {
    case "end-marked": self = try .endMarked(token: reader.string("token"))
    case "continue-process":
      self = try .continueProcess(Self.process(reader), what: reader.string("what"))
    case "end-process":
      self = try .endProcess(Self.process(reader), what: reader.string("what"))
    case "heal-relay": self = try .healRelay(socket: reader.string("socket"))
    case "end-relay": self = try .endRelay(socket: reader.string("socket"))
    default:
      throw try reader.member("undo")
        .mismatch(
          expected: "end-marked, continue-process, end-process, heal-relay or end-relay")
    }
  }

  private static func json(
    _ undo: String, _ process: ProcessIdentity, _ what: String
  ) -> JSONValue {
    [
      "undo": .string(undo), "what": .string(what), "pid": .integer(Int64(process.pid)),
      "start_ticks": .integer(Int64(clamping: process.startTicks)),
      "boot_id": .string(process.bootID),
    ]
  }

  private static func process(_ reader: JSONReader) throws(JSONError) -> ProcessIdentity {
    try ProcessIdentity(
      pid: reader.integer("pid", in: 1...Int32.max),
      startTicks: UInt64(reader.integer("start_ticks", in: 0...Int64.max)),
      bootID: reader.string("boot_id"))
  }
}
