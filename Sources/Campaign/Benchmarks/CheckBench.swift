import Checkers
import Environment
import Glibc
import Harness
import Judging
import Operations
import Report
import Store

/// What `CheckBench` measured of one length of history; times are medians over the rounds.
package struct CheckBenchResult: Hashable, Sendable {
  /// How many operations.
  package var operations: Int
  /// A plain pass over the operations in memory that sums one field.
  package var reference: Duration
  /// Putting operations in order that lie in memory.
  package var order: Duration
  /// The pass of linearizable-fifo over what is in order.
  package var check: Duration
  /// What lies in memory for that pass, its own arrays included, in bytes.
  package var bytes: Int
  /// Reading the files alone, by format.
  package var parse: [NamedTime] = []
  /// From the file to the verdict of linearizable-fifo, by format.
  package var whole: [NamedTime] = []
  /// Every checker over events in memory.
  package var checkers: [NamedTime] = []

  /// The time of a file format or of a checker.
  package struct NamedTime: Hashable, Sendable {
    /// The format's or the checker's name.
    package var name: String
    /// The median.
    package var time: Duration
  }
}

/// Measures how fast histories are read, put in order and judged, beside a plain pass over them.
package struct CheckBench {
  /// How many clients, half of them publishers.
  package static let clients = 10

  private let operations: Int
  private let crashed: UInt64
  private let rounds: Int
  private let directory: String
  private let hasText: Bool

  /// A bench of one length; `hasText` says whether to measure JSONL, EDN and each checker, too.
  package init(
    operations: Int, crashed: UInt64, rounds: Int, directory: String, hasText: Bool
  ) {
    self.operations = operations
    self.crashed = crashed
    self.rounds = rounds
    self.directory = directory
    self.hasText = hasText
  }

  /// Makes a correct history, measures, and removes its files.
  package func run() throws -> CheckBenchResult {
    var result = try inMemory()
    let stem = "\(directory)/bench-check-\(getpid())-\(operations)"
    var files = [("binary", stem + ".stoat")]
    defer { for (_, path) in files { unlink(path) } }
    try write(to: files[0].1)
    if hasText {
      files += [("JSONL", stem + ".jsonl"), ("EDN", stem + ".edn")]
      let reader = try HistoryFile.open(files[0].1)
      _ = try HistoryFile.export(reader, toLines: files[1].1)
      _ = try HistoryFile.export(reader, of: QueueID(0), toJepsen: files[2].1)
    }
    let choices = try CheckerSuite.choices(named: [Guarantee.linearizableFIFO.rawValue])
    for (format, path) in files {
      result.parse.append(
        .init(
          name: format,
          time: try median {
            var count = 0
            _ = try HistoryFile.open(path).forEach { _ in count += 1 }
            precondition(count > operations, "a history has more events than operations")
          }))
      result.whole.append(
        .init(
          name: format,
          time: try median {
            let judged = try HistoryCheck(ofHistory: path).judged(for: choices)
            let lines = choices.map { judged.line(about: path, of: $0) }
            precondition(lines.allSatisfy { $0.verdict == .valid }, "the history is correct")
          }))
    }
    if hasText { result.checkers = try checkers(files[0].1) }
    return result
  }

  private var synthetic: SyntheticQueue {
    SyntheticQueue(clients: Self.clients, crashed: crashed, seed: 1)
  }

  private func write(to path: String) throws {
    var queue = synthetic
    let writer = try HistoryWriter(path: path, header: queue.header)
    queue.run(operations: operations) { writer.record($0) }
    try writer.close()
  }

  private func inMemory() throws -> CheckBenchResult {
    let (list, values) = flattened()
    var sum: Int64 = 0
    let reference = median { for operation in list { sum &+= operation.from } }
    let order = try median { _ = try QueueOperations(ordering: list, values: values) }
    let ordered = try QueueOperations(ordering: list, values: values)
    let check = median {
      precondition(LinearizableFIFO.firstViolation(in: ordered) == nil, "the history is correct")
    }
    precondition(sum != 1, "the sum is used")
    return CheckBenchResult(
      operations: operations, reference: reference, order: order, check: check,
      bytes: ordered.byteCount + values * LinearizableFIFO.bytesPerValue)
  }

  /// The history as operations with intervals.
  private func flattened() -> (operations: [QueueOperation], values: Int) {
    var queue = synthetic
    var list: [QueueOperation] = []
    list.reserveCapacity(operations)
    var values: Int32 = 0
    var numbers = [[Int32]](repeating: [], count: Self.clients)
    queue.run(operations: operations) { event in
      let at = event.at.nanoseconds
      switch event.event {
      case .invoked(let invocation):
        guard case .publish(let message) = invocation.action else {
          list.append(QueueOperation(.dequeue, from: at))
          return
        }
        numbers[Int(message.client.rawValue)].append(values)
        list.append(QueueOperation(.publish, value: values, from: at))
        values += 1
      case .completed(let operation, .ok(let answer)):
        let place = Int(operation.rawValue)
        list[place].to = at
        if case .message(let receipt) = answer {
          let message = receipt.message
          list[place].value = numbers[Int(message.client.rawValue)][Int(message.sequence)]
        }
      default: break
      }
    }
    return (list, Int(values))
  }

  private func checkers(_ path: String) throws -> [CheckBenchResult.NamedTime] {
    let (history, _) = try HistoryFile.open(path).readAll()
    let criteria = Criteria(minimumConfirmed: 1, unavailabilityBound: .seconds(60))
    return CheckerSuite.all.map { checker in
      let time = median {
        let report = CheckerSuite.check(history, criteria: criteria, checkers: [checker])
        precondition(report.failures.isEmpty, "the history is well formed")
      }
      return .init(name: checker.name, time: time)
    }
  }

  private func median(_ body: () throws -> Void) rethrows -> Duration {
    var times: [Duration] = []
    for _ in 0..<rounds {
      let clock = MonotonicClock()
      try body()
      times.append(clock.now() - .zero)
    }
    return Quantile.of(times, 0.5) ?? .zero
  }
}
