import AMQP
import DequeModule
import Glibc
import Harness
import Hosts
import Synchronization

/// The mailbox between a session's event loop and the thread of one connection.
///
/// rabbitmq-c's calls block, so each connection has a thread of its own (`LineWorker`). The loop
/// hands methods over and takes reports out; neither side ever waits for the other.
final class Line: Sendable {
  /// How many methods may wait to be sent; beyond, the connection counts as stuck.
  static let maximumMethods = 65_536
  /// How many reports may wait for the loop; beyond, nothing more is read from the broker.
  static let maximumReports = 8_192

  fileprivate struct State {
    var methods: Deque<LineMethod> = []
    var reports: [LineReport] = []
    /// Called when reports arrive where there were none; nil once nobody listens.
    var notify: (@Sendable () -> Void)?
    var closing: UInt16?
    var isCut = false
    /// Whether the thread waits, or is about to wait, for something to happen.
    var isParked = false
    /// Whether the thread is in a call of the library that may take long.
    var isBusy = false
    /// A descriptor of the socket that is ours, so that it stays valid whatever the library does.
    var handle: Int32 = -1
  }

  /// What the thread finds to do.
  struct Turn {
    /// To be sent now.
    var methods: [LineMethod] = []
    /// Whether nothing waits behind them.
    var isLast = true
    /// The reply code of an orderly close that is to come after them.
    var closing: UInt16?
    /// Whether to end at once.
    var isCut = false
  }

  /// What the thread has to wait for.
  struct Outlook {
    /// Whether there is something to do without waiting.
    var hasWork: Bool
    /// Whether something is to be sent.
    var hasMethods: Bool
    /// Whether reports still find room.
    var hasRoom: Bool
  }

  private let pipe: WakePipe
  private let state: Mutex<State>

  private init(pipe: WakePipe, notify: @escaping @Sendable () -> Void) {
    self.pipe = pipe
    state = Mutex(State(notify: notify))
  }

  /// Begins to connect on a new thread; `notify` is called, from any thread, when there are
  /// reports to take. Nil if the process has no descriptor or thread left.
  static func open(
    _ endpoint: Endpoint, _ configuration: SessionConfiguration,
    notify: @escaping @Sendable () -> Void
  ) -> Line? {
    guard let pipe = WakePipe() else { return nil }
    let line = Line(pipe: pipe, notify: notify)
    let isRunning = startOwnThread {
      var worker = LineWorker(line: line, endpoint: endpoint, configuration: configuration)
      worker.run()
    }
    return isRunning ? line : nil
  }
}

/// The loop's side.
extension Line {
  /// Hands methods over, in order; false if the thread has not sent the earlier ones for too long.
  func send(_ methods: [LineMethod]) -> Bool {
    let (isTaken, isParked) = state.withLock { state in
      guard state.methods.count + methods.count <= Self.maximumMethods else {
        return (false, false)
      }
      state.methods.append(contentsOf: methods)
      return (true, state.unpark())
    }
    if isParked { pipe.wake() }
    return isTaken
  }

  /// Takes what was reported since the last call.
  func takeReports() -> [LineReport] {
    let (reports, wasFull) = state.withLock { state in
      let reports = state.reports
      state.reports = []
      return (reports, reports.count >= Self.maximumReports && state.unpark())
    }
    if wasFull { pipe.wake() }
    return reports
  }

  /// Closes in order, with this reply code, after what was handed over.
  func close(_ replyCode: UInt16) {
    state.withLock { state in
      state.closing = replyCode
      _ = state.unpark()
    }
    pipe.wake()
  }

  /// Ends the connection at once, without a word to the broker.
  func hangUp() {
    state.withLock { state in
      state.isCut = true
      state.methods.removeAll()
      // Makes a call that waits for this socket return.
      if state.isBusy, state.handle >= 0 { shutdown(state.handle, Int32(SHUT_RDWR)) }
      _ = state.unpark()
    }
    pipe.wake()
  }

  /// Ends all calls of `notify`; what is reported from now on is lost.
  func ignore() {
    state.withLock { $0.notify = nil }
  }
}

/// The thread's side.
extension Line {
  /// The descriptor to poll besides the socket.
  var wakeDescriptor: Int32 { pipe.outlet }

  /// Keeps a descriptor for the socket until `release`, and returns it; nil if there is none left.
  func adopt(_ socket: Int32) -> Int32? {
    let handle = fcntl(socket, F_DUPFD_CLOEXEC, 0)
    guard handle >= 0 else { return nil }
    state.withLock { $0.handle = handle }
    return handle
  }

  /// Closes the descriptor; with it the connection, if the library closed its own.
  func release() {
    state.withLock { state in
      if state.handle >= 0 { Glibc.close(state.handle) }
      state.handle = -1
    }
  }

  /// Before a call that waits for the broker; false if the connection was ended meanwhile.
  func beginCall() -> Bool {
    state.withLock { state in
      state.isBusy = !state.isCut
      return state.isBusy
    }
  }

  /// Before a wait. A thread that finds no work is woken by whatever happens from here on.
  func park(isWritable: Bool) -> Outlook {
    state.withLock { state in
      let hasMethods = !state.methods.isEmpty || state.closing != nil
      let hasWork = state.isCut || (isWritable && hasMethods)
      state.isParked = !hasWork
      state.isBusy = false
      return Outlook(
        hasWork: hasWork, hasMethods: hasMethods,
        hasRoom: state.reports.count < Self.maximumReports)
    }
  }

  /// After a wait: what to do now. The methods have about `budget` bytes; none for zero.
  func turn(budget: Int) -> Turn {
    pipe.drain()
    return state.withLock { state in
      state.isParked = false
      state.isBusy = true
      var turn = Turn(closing: state.closing, isCut: state.isCut)
      var bytes = 0
      while bytes < budget, let method = state.methods.popFirst() {
        bytes += method.approximateSize
        turn.methods.append(method)
      }
      turn.isLast = state.methods.isEmpty
      return turn
    }
  }

  /// Hands reports to the loop.
  func report(_ reports: [LineReport]) {
    if reports.isEmpty { return }
    // Under the lock, so that nothing is notified after `ignore`.
    state.withLock { state in
      guard let notify = state.notify else { return }
      let wasEmpty = state.reports.isEmpty
      state.reports.append(contentsOf: reports)
      if wasEmpty { notify() }
    }
  }
}

extension Line.State {
  /// Whether the thread has to be woken; only the first caller wakes it.
  fileprivate mutating func unpark() -> Bool {
    defer { isParked = false }
    return isParked
  }
}

extension LineMethod {
  /// Bytes on the wire, roughly.
  fileprivate var approximateSize: Int {
    if case .publish(_, let body) = self { body.count + 128 } else { 128 }
  }
}
