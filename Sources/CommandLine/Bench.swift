import ArgumentParser
import Store

/// `stoat bench`: the benchmarks, ratios measured side by side in one process.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The benchmarks.",
    subcommands: [BenchHistory.self, BenchCheck.self, BenchClient.self])
}

/// `stoat bench history`: one recording thread into the store, beside a plain buffered write.
struct BenchHistory: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Events per second of one recording thread into the store, beside a plain write.")

  @Option(help: "Events a round.")
  var events = 3_000_000

  @Option(help: "Rounds; the medians are reported.")
  var rounds = 5

  @Option(help: "Where to write; the files are removed.")
  var directory = "."

  func run() throws {
    guard (1_000...100_000_000).contains(events), (1...99).contains(rounds) else {
      throw CommandFailure(
        ExitStatus.usage, "--events takes 1000 to 100000000 and --rounds 1 to 99")
    }
    let result = try Check.checked {
      try HistoryBench.run(events: events, directory: directory, rounds: rounds)
    }
    let millions = (result.eventsPerSecond / 10_000).rounded() / 100
    let bytes = (result.bytesPerEvent * 10).rounded() / 10
    let ratio = (result.ratio * 100).rounded() / 100
    Terminal.say("events a round        \(result.events), median of \(rounds)")
    Terminal.say("recorded              \(millions) million events/s")
    Terminal.say("on disk               \(bytes) bytes an event")
    Terminal.say("plain buffered write  \(ratio) is the ratio of its time to that of recording")
  }
}
