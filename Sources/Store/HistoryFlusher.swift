import Digests
import Environment
import Glibc
import Hosts
import Operations
import Synchronization

/// The writing half of a `HistoryWriter`: the buffers between the two threads, and the second
/// thread.
final class HistoryFlusher: Sendable {
  private struct State {
    /// The buffer that is being recorded into.
    var open: HistoryBuffer
    /// Full ones in order, which wait to be written.
    var full: [HistoryBuffer] = []
    /// Empty ones; they are kept, since fresh memory costs the recording thread page faults.
    var free: [HistoryBuffer] = []
    /// Set once the recording thread has ended.
    var ending: Ending?
    var failure: StoreError?
    var thread: pthread_t?
  }

  /// How the recording ended.
  enum Ending {
    /// With an end block that is on the disk.
    case durably
    /// With an end block.
    case inOrder
    /// Without one.
    case abandoned
  }

  private let state: Mutex<State>
  private let work: WakePipe
  private let room: WakePipe
  private let options: HistoryWriterOptions
  private let mostFull: Int
  private let file: OpenFile
  private let header: SHA256Digest

  /// A flusher into a file that holds the header block, whose header has the digest
  /// `header`.
  init(
    file: OpenFile, behind header: SHA256Digest, open: HistoryBuffer, options: HistoryWriterOptions
  ) throws(StoreError) {
    self.file = file
    self.header = header
    self.options = options
    mostFull = max(1, options.pendingBytes / options.blockBytes)
    state = Mutex(State(open: open))
    guard let work = WakePipe(), let room = WakePipe() else {
      throw .system(action: "create", path: "a pipe between two threads", code: errno)
    }
    self.work = work
    self.room = room
  }

  var failure: StoreError? { state.withLock { $0.failure } }

  // MARK: - The recording thread

  /// Starts the second thread, which keeps this object alive until it is stopped.
  func start() throws(StoreError) {
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<HistoryFlusher>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    guard code == 0 else {
      Unmanaged.passUnretained(self).release()
      throw .system(action: "start a thread for", path: file.path, code: code)
    }
    state.withLock { $0.thread = thread }
  }

  /// Takes the sealed open buffer and returns an empty one to go on with; nil if events have to be
  /// dropped because writing failed.
  func exchange(_ full: HistoryBuffer) -> HistoryBuffer? {
    guard waitForRoom() else { return nil }
    let next = state.withLock { $0.free.popLast() } ?? HistoryBuffer(bytes: options.blockBytes)
    state.withLock { state in
      state.full.append(full)
      state.open = next
    }
    work.wake()
    return next
  }

  /// Ends the second thread and waits for it; the first call decides how.
  func stop(_ ending: Ending) {
    let thread = state.withLock { state in
      if state.ending == nil { state.ending = ending }
      defer { state.thread = nil }
      return state.thread
    }
    work.wake()
    if let thread { pthread_join(thread, nil) }
  }

  private func waitForRoom() -> Bool {
    let clock = MonotonicClock()
    let deadline = Deadline(after: options.stallLimit, from: .zero)
    while true {
      let (waiting, failed) = state.withLock { ($0.full.count, $0.failure != nil) }
      if failed { return false }
      if waiting < mostFull { return true }
      guard !deadline.hasPassed(at: clock.now()) else {
        fail(.stalled(path: file.path, after: options.stallLimit))
        return false
      }
      room.wait(milliseconds: 100)
    }
  }

  // MARK: - The second thread

  private func run() {
    var signals = sigset_t()
    sigfillset(&signals)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    var blocks = HistoryBlockWriter(file: file, behind: header)
    let clock = MonotonicClock()
    var due = Instant.zero + options.flushInterval
    while true {
      work.wait(milliseconds: Self.milliseconds(due - clock.now()))
      let ending = state.withLock { $0.ending }
      while let buffer = state.withLock({ $0.full.first }) { finish(buffer, &blocks) }
      if let ending { return end(ending, &blocks) }
      if clock.now() >= due {
        due = clock.now() + options.flushInterval
        let open = state.withLock { $0.full.isEmpty ? $0.open : nil }
        if let open { attempt { () throws(StoreError) in try blocks.flush(open) } }
      }
    }
  }

  private func finish(_ buffer: HistoryBuffer, _ blocks: inout HistoryBlockWriter) {
    attempt { () throws(StoreError) in try blocks.finish(buffer) }
    buffer.clear()
    state.withLock { state in
      state.full.removeFirst()
      state.free.append(buffer)
    }
    room.wake()
  }

  private func end(_ ending: Ending, _ blocks: inout HistoryBlockWriter) {
    let open = state.withLock { $0.open }
    attempt { () throws(StoreError) in
      if ending == .abandoned { return try blocks.flush(open) }
      try blocks.finish(open)
      try blocks.end()
      if ending == .durably { try file.synchronize() }
    }
  }

  /// Runs `body` unless writing has failed before, and notes if it fails.
  private func attempt(_ body: () throws(StoreError) -> Void) {
    guard failure == nil else { return }
    do throws(StoreError) { try body() } catch { fail(error) }
  }

  private func fail(_ error: StoreError) {
    state.withLock { if $0.failure == nil { $0.failure = error } }
  }

  private static func milliseconds(_ duration: Duration) -> Int {
    Int(clamping: max(0, (duration.nanoseconds + 999_999) / 1_000_000))
  }
}
