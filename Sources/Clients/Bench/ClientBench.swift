import Glibc
package import Harness
package import NIOCore
import Operations
import Sessions

/// How fast a client publishes and gets, beside the other one in the same process.
///
/// Every round opens a session of each client to the same node, one after the other, and measures
/// confirmed publishes and then gets of the same messages. Both clients get the same commands at
/// the same moments: a window of publishes, then a number of gets, is kept outstanding, and each
/// message is acknowledged when it arrives.
package struct ClientBench: Sendable {
  /// The clients to measure.
  package var kinds = ClientKind.allCases
  /// Messages a round.
  package var messages = 20_000
  /// Bytes of a body.
  package var bytes = 1_000
  /// Publishes without a confirm at any moment.
  package var window = 100
  /// Gets without an answer at any moment.
  package var gets = 100
  /// Rounds; the medians are reported.
  package var rounds = 5
  /// The longest that one client's part of a round may take.
  package var timeout = Duration.seconds(120)

  /// A bench with the usual figures.
  package init() {}

  /// What one client did in a round.
  package struct Figures: Hashable, Sendable {
    /// Confirmed publishes per second.
    package var publishes: Double
    /// Gets per second, each acknowledged.
    package var gets: Double
    /// Microseconds of processor time of this process for a message: published, got, acknowledged.
    package var processor: Double
  }

  /// What was measured.
  package struct Result: Sendable {
    /// The figures of every round by client, in the order of `kinds`.
    package var rounds: [[Figures]] = []

    /// The medians of the client at `index` of `kinds`.
    package func median(of index: Int) -> Figures {
      Self.median(rounds.map { $0[index] })
    }

    /// The medians of what one client did in terms of what another one did in the same round,
    /// when the machine was as busy with other things.
    package func ratio(of index: Int, to other: Int) -> Figures {
      Self.median(
        rounds.map { round in
          let (mine, theirs) = (round[index], round[other])
          return Figures(
            publishes: mine.publishes / theirs.publishes, gets: mine.gets / theirs.gets,
            processor: mine.processor / theirs.processor)
        })
    }

    private static func median(_ all: [Figures]) -> Figures {
      Figures(
        publishes: median(all.map(\.publishes)), gets: median(all.map(\.gets)),
        processor: median(all.map(\.processor)))
    }

    private static func median(_ values: [Double]) -> Double {
      let sorted = values.sorted()
      guard !sorted.isEmpty else { return 0 }
      return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
  }

  /// Measures the clients against the node at `endpoint`; throws `SystemFailure` if one does not
  /// get through. `tell` hears of every part of a round.
  package func run(
    endpoint: Endpoint, credentials: Credentials, loop: any EventLoop,
    tell: @Sendable (ClientKind, Figures) -> Void = { _, _ in }
  ) async throws -> Result {
    var result = Result()
    for round in 0..<rounds {
      // Each client goes first in every other round.
      let forward = Array(kinds.indices)
      var figures = [Figures](
        repeating: Figures(publishes: 0, gets: 0, processor: 0), count: kinds.count)
      for index in round.isMultiple(of: 2) ? forward : forward.reversed() {
        let before = Self.processorMicroseconds
        figures[index] = try await BenchRun.measure(
          self, kinds[index], endpoint: endpoint, credentials: credentials, loop: loop)
        figures[index].processor = (Self.processorMicroseconds - before) / Double(messages)
        tell(kinds[index], figures[index])
      }
      result.rounds.append(figures)
    }
    return result
  }

  /// What this process has used so far, with the kernel's work for it.
  private static var processorMicroseconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
  }
}
