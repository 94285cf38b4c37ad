import ArgumentParser
import CanonicalJSON
import Operations
import Store

/// `stoat export`: writes a history as JSONL or as Jepsen EDN.
struct Export: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case jsonl
    case edn
  }

  static let configuration = CommandConfiguration(
    abstract: "Write a history as JSONL or Jepsen EDN; stoat check reads it again.",
    discussion: """
      JSONL has one event a line and holds all that the history does. Jepsen EDN has one operation \
      a line and is about one queue: of a history with several queues each goes to a file of its \
      own, whose name is made of the given one and the queue's, unless --queue chooses one.
      """)

  @Argument(help: "A run directory or a history file.")
  var path: String

  @Argument(help: "The file to write; it must not exist.")
  var output: String

  @Option(help: "The format: jsonl, or edn for Jepsen.")
  var format = Format.jsonl

  @Option(help: "Which queue, by its name, to write as EDN.")
  var queue: String?

  @Flag(help: "Write what is readable of a truncated history; the copy looks whole.")
  var partial = false

  func validate() throws {
    if queue != nil, format != .edn { throw ValidationError("--queue needs --format edn") }
  }

  func run() throws {
    let file = Paths.isDirectory(path) ? RunDirectory(existing: path).history : path
    let reader = try Check.checked { try HistoryFile.open(file) }
    let ending = try Check.checked { try reader.forEach { _ in } }
    if !ending.isComplete {
      let problem = "\(file) is not whole: \(ending)"
      guard partial else {
        throw CommandFailure(ExitStatus.corrupt, problem + " (--partial writes what is readable)")
      }
      Terminal.complain(problem)
    }
    for (output, queue) in try targets(reader.header.queues) {
      _ = try Check.checked {
        guard let queue else { return try HistoryFile.export(reader, toLines: output) }
        return try HistoryFile.export(reader, of: queue.id, toJepsen: output)
      }
      if queue != nil { Terminal.say(output) }
    }
  }

  /// The files to write and the queue of each; no queue for all events.
  private func targets(
    _ queues: [QueueDescription]
  ) throws -> [(output: String, queue: QueueDescription?)] {
    guard format == .edn else { return [(output, nil)] }
    if let queue {
      guard let found = queues.first(where: { $0.name == queue }) else {
        let names = queues.map(\.name)
        throw CommandFailure(
          ExitStatus.usage,
          "there is no queue \(queue) in \(path)\(NearestName.suggestion(for: queue, among: names))"
            + "; there are \(names.joined(separator: ", "))")
      }
      return [(output, found)]
    }
    if queues.isEmpty { throw CommandFailure(ExitStatus.usage, "\(path) has no queue") }
    if queues.count == 1 { return [(output, queues[0])] }
    return queues.map { (Self.name(output, $0), $0) }
  }

  /// `out.edn` and the queue `a/b` give `out.a-b.edn`.
  private static func name(_ output: String, _ queue: QueueDescription) -> String {
    let part = String(queue.name.map { $0 == "/" || $0 == "\0" ? "-" : $0 })
    let stem = output.hasSuffix(".edn") ? String(output.dropLast(4)) : output
    return "\(stem).\(part).edn"
  }
}
