import AMQP
import CRabbitMQ
import Environment
import Glibc
import Harness

/// What the thread of one connection does: connects, logs in, then sends what its line has and
/// reports what comes, until one side ends it. All calls of rabbitmq-c are here.
struct LineWorker: ~Copyable {
  /// About how many bytes are sent between two looks at the socket. A socket that is writable
  /// takes this much without waiting, because a third of its buffer is free then.
  private static let bytesPerTurn = 16_384
  /// How many frames are read between two looks at the line.
  static let framesPerTurn = 512
  /// The longest wait without heartbeats, in milliseconds.
  private static let longestWait: Int32 = 1_000
  /// The session's only channel.
  static let channel: amqp_channel_t = 1

  let line: Line
  let endpoint: Endpoint
  let configuration: SessionConfiguration
  let clock = MonotonicClock()
  /// The library's state; nil until the socket is connected.
  var connection: amqp_connection_state_t?
  /// A descriptor of the socket that stays valid when the library closes its own.
  var handle: Int32 = -1
  var collector = ContentCollector()
  var reports: [LineReport] = []
  /// Why the broker closed the connection, if it did.
  var brokersEnd: CloseNotice?
  /// Whether the broker broke the protocol; then the session is about to close.
  var isViolated = false
  let persistent: amqp_basic_properties_t

  init(line: Line, endpoint: Endpoint, configuration: SessionConfiguration) {
    self.line = line
    self.endpoint = endpoint
    self.configuration = configuration
    var properties = amqp_basic_properties_t()
    properties._flags = amqp_flags_t(AMQP_BASIC_DELIVERY_MODE_FLAG)
    properties.delivery_mode = 2
    persistent = properties
  }

  /// Works until the connection is gone, and reports that.
  mutating func run() {
    var reason: LossReason
    do throws(LineEnd) {
      let connection = try login(on: connect())
      line.report([.connected])
      reason = try exchange(over: connection)
    } catch {
      reason = error.reason
    }
    if let connection { amqp_destroy_connection(connection) }
    line.release()
    line.report(reports + [.ended(reason)])
  }

  private mutating func exchange(
    over connection: amqp_connection_state_t
  ) throws(LineEnd) -> LossReason {
    // The library sends and misses heartbeats only when it is called.
    let quarter = amqp_get_heartbeat(connection) * 250
    let longestWait = quarter > 0 ? min(quarter, Self.longestWait) : Self.longestWait
    var isWritable = true
    var closeBy: Instant?
    while true {
      let outlook = line.park(isWritable: isWritable)
      let isBuffered =
        amqp_data_in_buffer(connection) != 0 || amqp_frames_enqueued(connection) != 0
      let mayWait = !outlook.hasWork && !(isBuffered && outlook.hasRoom)
      let ready = wait(
        reading: outlook.hasRoom, writing: outlook.hasMethods,
        milliseconds: mayWait ? longestWait : 0)
      isWritable = !outlook.hasMethods || ready.isWritable
      let turn = line.turn(budget: ready.isWritable ? Self.bytesPerTurn : 0)
      if turn.isCut { return .stopped }
      for method in turn.methods { try send(method, over: connection) }
      if let code = turn.closing {
        let deadline = closeBy ?? clock.now() + configuration.closeTimeout
        closeBy = deadline
        if turn.isLast, ready.isWritable || clock.now() >= deadline {
          return close(connection, code, by: deadline)
        }
        if clock.now() >= deadline { return .stopped }
      }
      if outlook.hasRoom, ready.isReadable || isBuffered || !ready.isWoken {
        try receive(from: connection)
        line.report(reports)
        reports.removeAll(keepingCapacity: true)
      }
    }
  }

  private func close(
    _ connection: amqp_connection_state_t, _ code: UInt16, by deadline: Instant
  ) -> LossReason {
    var timeout = timeval(max(.milliseconds(1), deadline - clock.now()))
    amqp_set_rpc_timeout(connection, &timeout)
    _ = amqp_connection_close(connection, Int32(code))
    return .stopped
  }

  /// What a wait ended with.
  struct Readiness {
    /// There is input, or the end of it.
    var isReadable = false
    /// There is room for output, or an error to be found by sending.
    var isWritable = false
    /// The session's event loop wants something.
    var isWoken = false
  }

  /// Waits for the socket and for the session.
  func wait(reading: Bool, writing: Bool, milliseconds: Int32) -> Readiness {
    var events: Int16 = 0
    if reading { events |= Int16(POLLIN) }
    if writing { events |= Int16(POLLOUT) }
    var entries = [
      // Errors are reported even if nothing is asked for, hence no socket then.
      pollfd(fd: events == 0 ? -1 : handle, events: events, revents: 0),
      pollfd(fd: line.wakeDescriptor, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&entries, nfds_t(entries.count), milliseconds) > 0 else { return Readiness() }
    let ended = Int32(entries[0].revents) & (POLLERR | POLLHUP | POLLNVAL) != 0
    return Readiness(
      isReadable: reading && (ended || Int32(entries[0].revents) & POLLIN != 0),
      isWritable: writing && (ended || Int32(entries[0].revents) & POLLOUT != 0),
      isWoken: entries[1].revents != 0)
  }
}

extension timeval {
  /// A duration for the library, which takes microseconds.
  init(_ duration: Duration) {
    let nanoseconds = max(0, duration.nanoseconds)
    self.init(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_usec: Int(nanoseconds % 1_000_000_000 / 1_000))
  }
}
