import ArgumentParser
import Campaign
import Clients
import Harness
import Running
import Store

/// `stoat bench client`: our client beside rabbitmq-c, against one node.
struct BenchClient: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client",
    abstract: "Confirmed publishes and gets a second of both client libraries, side by side.",
    discussion: """
      Boots one RabbitMQ node. Persistent messages, one connection, so many unconfirmed publishes \
      and unanswered gets at a time; the medians of the rounds, and of their ratios.
      """)

  @Option(help: "Messages a round and client.")
  var messages = 20_000

  @Option(help: "Bytes of a message.")
  var bytes = 1_000

  @Option(help: "Publishes without a confirm, and gets without an answer, at any moment.")
  var window = 100

  @Option(help: "Rounds; the medians are reported.")
  var rounds = 5

  @Option(help: "Where the node's files go.")
  var runsDirectory = "runs"

  @OptionGroup(title: "System") var system: SystemArguments

  func run() async throws {
    guard (100...10_000_000).contains(messages), (24...1_048_576).contains(bytes),
      (1...10_000).contains(window), (1...99).contains(rounds)
    else {
      throw CommandFailure(
        ExitStatus.usage,
        "--messages takes 100 to 10000000, --bytes 24 to 1048576, --window 1 to 10000, --rounds 1 "
          + "to 99")
    }
    var bench = ClientBench()
    (bench.messages, bench.bytes, bench.rounds) = (messages, bytes, rounds)
    (bench.window, bench.gets) = (window, window)
    let result = try await ClientTrial.run(bench, on: makeSystem()) { kind, figures in
      Terminal.tell("\(kind.rawValue): \(Self.text(figures))\n")
    }
    for (index, kind) in bench.kinds.enumerated() {
      Terminal.say("\(kind.rawValue): \(Self.text(result.median(of: index)))")
    }
    let ratio = result.ratio(of: 0, to: 1)
    Terminal.say(
      "\(bench.kinds[0].rawValue) / \(bench.kinds[1].rawValue): "
        + "publishes \(Self.two(ratio.publishes)), gets \(Self.two(ratio.gets)), "
        + "processor time \(Self.two(ratio.processor))")
  }

  private func makeSystem() async throws -> any Harness.System {
    let directory = try RunDirectory.create(
      under: Paths.absolute(runsDirectory), name: "bench-client", seed: 0,
      unixSeconds: Int(WallClock.unixNanoseconds() / 1_000_000_000))
    let cluster = ClusterPlan(
      nodes: 1, partitionHandling: .ignore, netTick: .seconds(60), bootDeadline: .seconds(120))
    return try await system.factory()(
      SystemRequest(
        cluster: cluster, directory: directory.path,
        journal: UndoLog(try JournalFile(directory.undo)),
        token: "stoat-bench-\(WallClock.unixNanoseconds())"))
  }

  private static func text(_ figures: ClientBench.Figures) -> String {
    "\(Int(figures.publishes)) confirmed publishes/s, \(Int(figures.gets)) gets/s, "
      + "\(two(figures.processor)) µs of processor time a message"
  }

  private static func two(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
