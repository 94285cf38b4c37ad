import Dispatch
import Operations
import Synchronization

/// Reads a history on a second thread, a few batches ahead of the one that wants its events.
enum ReadAhead {
  /// How many batches are read ahead at most.
  private static let depth = 8

  /// Somebody who reads a whole history, hands over its events and says how the reading ended.
  typealias Reading = @Sendable ((inout EventBatch) throws -> Void) throws -> HistoryEnding

  /// Hands what `reading` reads to `body`, and returns or throws what it ended with, after all that
  /// was read before; throws what `body` throws; then it reads no further
  /// than the batch that it is at.
  static func forEachBatch(
    _ reading: @escaping Reading, _ body: (Span<TimedEvent>) throws -> Void
  ) throws -> HistoryEnding {
    let channel = BatchChannel(depth: depth)
    DispatchQueue.global(qos: .userInitiated).async {
      channel.end(Result { try reading { batch in try channel.send(&batch) } })
    }
    do {
      while var batch = channel.receive() {
        try body(batch.events.span)
        batch.clear()
        channel.giveBack(batch)
      }
    } catch {
      channel.stop()
      throw error
    }
    return try channel.result()
  }
}

/// Batches on their way from the thread that reads to the one that wants them.
private final class BatchChannel: Sendable {
  /// Thrown to end the reading, to which nobody listens any more.
  private struct Stopped: Error {}

  private struct State {
    /// In order, the next one last.
    var waiting: [EventBatch] = []
    /// Empty ones.
    var free: [EventBatch] = []
    var result: Result<HistoryEnding, any Error>?
    var isStopped = false
  }

  private let state = Mutex(State())
  /// How many batches there is room for.
  private let room: DispatchSemaphore
  /// How many batches wait, and one more once the reading has ended.
  private let filled = DispatchSemaphore(value: 0)

  init(depth: Int) {
    room = DispatchSemaphore(value: depth)
  }

  deinit {
    // A semaphore may not go with a lower value than it came with.
    for _ in state.withLock({ $0.waiting }) { room.signal() }
  }

  // MARK: - The thread that reads

  /// Takes a full batch and leaves an empty one; waits for room.
  func send(_ batch: inout EventBatch) throws {
    room.wait()
    let isStopped = state.withLock { state in
      if state.isStopped { return true }
      state.waiting.insert(batch, at: 0)
      batch = state.free.popLast() ?? EventBatch()
      return false
    }
    if isStopped {
      room.signal()
      throw Stopped()
    }
    filled.signal()
  }

  /// Says how the reading ended.
  func end(_ result: Result<HistoryEnding, any Error>) {
    state.withLock { $0.result = result }
    filled.signal()
  }

  // MARK: - The thread that wants the events

  /// The next batch; nil once all were received.
  func receive() -> EventBatch? {
    filled.wait()
    return state.withLock { $0.waiting.popLast() }
  }

  /// Returns the room of a batch.
  func giveBack(_ batch: EventBatch) {
    state.withLock { $0.free.append(batch) }
    room.signal()
  }

  /// Ends the reading early.
  func stop() {
    state.withLock { $0.isStopped = true }
    room.signal()
  }

  /// How the reading ended, once `receive` has returned nil.
  func result() throws -> HistoryEnding {
    guard let result = state.withLock({ $0.result }) else {
      preconditionFailure("nothing more comes only after the reading has ended")
    }
    return try result.get()
  }
}
