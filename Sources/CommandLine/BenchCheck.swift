import ArgumentParser
import Campaign
import Environment
import Judging
import Report

/// `stoat bench check`: how fast histories are judged, beside a plain pass over the same events.
struct BenchCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "How fast histories are read, ordered and judged, beside a plain pass over them.",
    discussion: """
      A correct queue with ten clients; medians of the rounds. The reference is a pass over the \
      same operations in memory that sums one field.
      """)

  @Option(help: "Lengths, in operations.")
  var operations = [10_000, 100_000, 1_000_000, 10_000_000]

  @Option(help: "One operation in so many never returns; 0 for none.")
  var crashed: UInt64 = 100

  @Option(help: "Rounds; the medians are reported.")
  var rounds = 5

  @Option(help: "Up to this length JSONL, EDN and each checker are measured, too.")
  var textOperations = 1_000_000

  @Option(help: "Where to write; the files are removed.")
  var directory = "."

  func run() throws {
    guard operations.allSatisfy({ (100...50_000_000).contains($0) }), (1...99).contains(rounds)
    else {
      throw CommandFailure(
        ExitStatus.usage, "--operations takes 100 to 50000000 and --rounds 1 to 99")
    }
    for count in operations {
      let bench = CheckBench(
        operations: count, crashed: crashed, rounds: rounds, directory: directory,
        hasText: count <= textOperations)
      let result = try Check.checked { try bench.run() }
      Terminal.say("\(Readable.count(count)) operations, one in \(crashed) never returns")
      say("plain pass", result.reference, result)
      say("order", result.order, result)
      say("linearizable-fifo alone", result.check, result)
      for file in result.parse { say("parse \(file.name)", file.time, result) }
      for file in result.whole { say("\(file.name) to verdict", file.time, result) }
      for checker in result.checkers { say("checker \(checker.name)", checker.time, result) }
      let bytes = Double(result.bytes) / Double(count)
      Terminal.say("  in memory while it checks  \((bytes * 10).rounded() / 10) bytes an operation")
    }
  }

  private func say(_ what: String, _ time: Duration, _ result: CheckBenchResult) {
    let ratio = (time / result.reference * 10).rounded() / 10
    let name = what + String(repeating: " ", count: max(1, 27 - what.count))
    Terminal.say("  \(name)\(Readable.duration(time)), \(ratio) plain passes")
  }
}
