import Operations

/// A line of a history in whatever format: that a process invoked something, or how it ended.
struct HistoryEntry: Hashable, Sendable {
  /// What a line says of a call.
  enum Stage: Hashable, Sendable {
    case invoked
    case returned
    /// It returned that a compare-and-set found another value.
    case foundOther
    /// It certainly had no effect.
    case failed
    /// Nobody knows whether it has, or will have, an effect; the process may be one that goes on.
    case inDoubt(isRetired: Bool)
  }

  var line: Int
  var process: Int64
  var stage: Stage
  /// The function's name without a colon.
  var function: String
  /// The key of a store.
  var key: String?
  var value = JepsenValue.none
}

/// A call of a history with how it ended.
struct RecordedCall: Hashable, Sendable {
  var invocation: HistoryEntry
  /// Nil if it never ended.
  var end: HistoryEntry?
  /// The places of both among all entries.
  var from: Int64
  var to: Int64?

  /// Whether it is known what came of it and that it had, or may have had, an effect.
  var isReturned: Bool { end?.stage == .returned || end?.stage == .foundOther }
}

/// Finds for each call how it ended, by the rules of processes.
struct CallPairing {
  private static let none: Int32 = -1
  private static let retired: Int32 = -2

  private(set) var calls: [RecordedCall] = []
  /// By process: the place of its open call.
  private var open: [Int64: Int32] = [:]
  private var count: Int64 = 0

  /// The calls of entries that are in order.
  static func calls(
    of entries: [HistoryEntry]
  ) throws(GeneralHistoryError) -> [RecordedCall] {
    var pairing = CallPairing()
    guard entries.count < Int32.max else { throw GeneralHistoryError(line: 1, .tooLong) }
    for entry in entries {
      do throws(Failure) {
        try pairing.take(entry)
      } catch {
        throw GeneralHistoryError(line: entry.line, error.problem)
      }
    }
    return pairing.calls
  }

  private struct Failure: Error {
    var problem: GeneralHistoryError.Problem
  }

  private mutating func take(_ entry: HistoryEntry) throws(Failure) {
    let process = entry.process
    let place = open[process] ?? Self.none
    if place == Self.retired { throw Failure(problem: .retired(process: process)) }
    defer { count += 1 }
    guard entry.stage != .invoked else {
      guard place == Self.none else {
        throw Failure(problem: .invokeWhileOpen(process: process))
      }
      open[process] = Int32(calls.count)
      calls.append(RecordedCall(invocation: entry, from: count))
      return
    }
    guard place != Self.none, calls[Int(place)].invocation.function == entry.function else {
      throw Failure(problem: .endWithoutInvoke(process: process, function: entry.function))
    }
    calls[Int(place)].end = entry
    if calls[Int(place)].isReturned { calls[Int(place)].to = count }
    open[process] = entry.stage == .inDoubt(isRetired: true) ? Self.retired : nil
  }
}
