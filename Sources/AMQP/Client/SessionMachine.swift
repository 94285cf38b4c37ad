package import Environment

/// What happens to a session.
package enum SessionInput: Hashable, Sendable {
  /// Begin; taken once.
  case start
  /// The transport that `connect` asked for is up.
  case connected
  /// The transport that `connect` asked for could not be established; the shell's words.
  case connectFailed(String)
  /// Bytes came in.
  case bytes([UInt8])
  /// The transport ended without our asking; the shell's words.
  case connectionClosed(String)
  /// The instant of the last `setTimer` has come.
  case timer
  /// Do this.
  case submit(ChannelCommand)
  /// Do these, in order; their bytes leave in one write.
  case submitAll([ChannelCommand])
  /// Drop the connection without a word, as a client that dies does, and begin anew.
  case drop
  /// End for good: close in an orderly manner, or abruptly after `closeTimeout`.
  case stop
}

/// What a session wants done.
package enum SessionAction: Hashable, Sendable {
  /// Establish a transport; answer with `connected` or `connectFailed`.
  case connect
  /// Send these bytes.
  case write([UInt8])
  /// End the transport, or the attempt to establish it, after what was written.
  case disconnect
  /// Call with `timer` at this instant; replaces the instant asked for before.
  case setTimer(Instant)
  /// Tell the owner.
  case event(ChannelEvent)
}

/// One connection with one channel that a workload's client owns, reopened whenever it is lost.
///
/// The session is a value: a shell feeds it inputs and carries out the actions.
///
///     idle ─start→ connecting ─connected→ handshaking → openingChannel → open
///                      ↑                       │               │  ↑        │ channel closed by the
///                      │ timer                 ↓               ↓  └────────┘ broker: reopened on
///                   waiting ←──────────── closing ←────────────┴────────┘    the same connection
///
///     drop: any state with a transport → waiting (stopping → stopped)
///     stop: open → stopping (connection.close, bounded by closeTimeout) → stopped
///
/// - *connecting*: the shell establishes a transport; bounded by `connectTimeout`.
/// - *handshaking*, *openingChannel*: each bounded by `handshakeTimeout`.
/// - *open*: commands are taken. In every other state a submitted command fails at once as
///   `notWritten(notOpen)`, because no byte of it was written.
/// - *closing*: the broker broke the protocol or refused the channel; `connection.close` is under
///   way. An unusable connection skips this state.
/// - *waiting*: the pause before the next attempt; it doubles from `reconnectMinimum` up to
///   `reconnectMaximum` and starts anew once a session has opened.
///
/// Every opened channel is an *incarnation*, numbered from 1 without gaps. Delivery tags and
/// confirms mean nothing outside theirs, so a tag of an earlier incarnation is never sent.
///
/// Outcomes: `ok` is a positive answer. `failed` is certain: nothing was written, or the broker
/// returned the message and then confirmed it. Everything else is `indefinite`: a nack, a timeout,
/// any loss after writing, a channel closed by the broker (its code and words are in the reason).
/// Every submitted token completes exactly once, at the latest at its deadline. A synchronous
/// command that misses its deadline costs the connection, because answers carry no tags.
///
/// Rules for a shell:
/// - Carry out all actions of one call, in order, before the next input: an input that arises
///   from an event (a command submitted in answer to it) comes after the batch.
/// - There is one transport at a time. After `disconnect`, and after feeding `connectFailed` or
///   `connectionClosed`, feed nothing more from that transport.
/// - One timer; a timer that fires early or twice does no harm.
/// - Instants must not go backwards.
package struct SessionMachine: Sendable {
  enum Phase: Hashable, Sendable {
    case idle
    case connecting
    case handshaking
    case openingChannel
    case open
    case closing
    case waiting
    case stopping
    case stopped
  }

  /// The number of the session's only channel.
  package static let channelNumber: UInt16 = 1

  /// The parameters.
  package let configuration: SessionConfiguration
  var phase = Phase.idle
  var connection: ConnectionMachine
  var channel: ChannelMachine?
  var output = ChannelOutput()
  var actions: [SessionAction] = []
  var incarnation: UInt32 = 0
  var failures = 0
  var deadline: Instant?
  var armed: Instant?

  /// A session that waits for `start`.
  package init(_ configuration: SessionConfiguration) {
    self.configuration = configuration
    connection = ConnectionMachine(configuration)
  }

  /// Whether commands are taken now.
  package var isOpen: Bool { phase == .open }

  /// Whether it has ended for good: nothing will be wanted any more.
  package var isStopped: Bool { phase == .stopped }

  /// What the broker said about itself on the present connection: product, version, capabilities.
  package var brokerProperties: FieldTable { connection.brokerProperties }

  /// Takes an input and gives back what to do, in order.
  package mutating func receive(_ input: SessionInput, at now: Instant) -> [SessionAction] {
    switch input {
    case .start: if phase == .idle { connect(at: now) }
    case .connected: connected(at: now)
    case .connectFailed(let why):
      if phase == .connecting { lose(.connectFailed(why), at: now, disconnecting: false) }
    case .bytes(let bytes):
      if hasTransport { run(connection.receive(.bytes(bytes), at: now), at: now) }
    case .connectionClosed(let why): transportClosed(why, at: now)
    case .timer: tick(at: now)
    case .submit(let command): submit(command, at: now)
    case .submitAll(let commands): for command in commands { submit(command, at: now) }
    case .drop: drop(at: now)
    case .stop: stop(at: now)
    }
    flush(at: now)
    arm()
    defer { actions = [] }
    return actions
  }

  var hasTransport: Bool {
    switch phase {
    case .handshaking, .openingChannel, .open, .closing, .stopping: true
    case .idle, .connecting, .waiting, .stopped: false
    }
  }

  private mutating func submit(_ command: ChannelCommand, at now: Instant) {
    guard phase == .open else {
      return tell(.completed(token: command.token, outcome: .failed(.notWritten(.notOpen))))
    }
    channel?.receive(.submit(command), at: now, into: &output)
    runChannel(at: now)
  }

  private mutating func tick(at now: Instant) {
    armed = nil
    if let deadline, now >= deadline {
      self.deadline = nil
      expire(at: now)
    }
    if hasTransport { run(connection.receive(.timer, at: now), at: now) }
    if phase == .open {
      channel?.receive(.timer, at: now, into: &output)
      runChannel(at: now)
    }
  }

  mutating func tell(_ event: ChannelEvent) {
    actions.append(.event(event))
  }

  /// Turns what was written since the last flush into one action.
  mutating func flush(at now: Instant) {
    guard !output.writer.isEmpty else { return }
    connection.noteWrite(at: now)
    actions.append(.write(output.writer.take()))
  }

  /// Moves the shell's timer forward if something is due earlier. It is never moved back: a timer
  /// that fires for nothing is cheaper than one that is set for every frame.
  private mutating func arm() {
    var next = deadline
    if hasTransport { next = Self.earlier(next, connection.nextDeadline) }
    if phase == .open { next = Self.earlier(next, channel?.earliestDeadline) }
    guard let next, armed.map({ next < $0 }) ?? true else { return }
    armed = next
    actions.append(.setTimer(next))
  }

  private static func earlier(_ a: Instant?, _ b: Instant?) -> Instant? {
    guard let a, let b else { return a ?? b }
    return min(a, b)
  }
}
