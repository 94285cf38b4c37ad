import AMQP
package import Environment
package import Harness

/// A client's whole session as a value: commands of the harness and bytes of a broker go in, events
/// of the harness and bytes for the broker come out.
///
/// What is left to a shell is a transport (a socket, or a simulated link) and one timer:
///
///     var driver = SessionDriver(settings)
///     for action in driver.receive(.start, at: now) {
///       switch action {
///       case .connect: …           // answer later with .connected or .connectFailed("refused")
///       case .write(let bytes): …  // in order; on the transport that is up
///       case .disconnect: …        // after what was written; feed nothing more from there
///       case .setTimer(let at): …  // feed .timer at that instant; replaces the one before
///       case .event(let event): …  // for the client
///       }
///     }
///
/// Handshake, heartbeats, deadlines, the pause before the next attempt, the channel that is opened
/// again and the bounded close are in `SessionMachine`; operations, messages and outcomes in terms
/// of the harness in `SessionTranslation`. Everything is a function of the inputs and their
/// instants: the driver has no clock and draws nothing.
///
/// The rules for a shell are those of `SessionMachine`: carry out all actions of one input, in
/// order, before the next input; one transport at a time; instants do not go backwards. A timer
/// that fires early or twice does no harm. After `stop` there is at most `closeTimeout` until the
/// last `disconnect`; a session that never connected stops at once.
package struct SessionDriver: Sendable {
  /// What happens to the session.
  package enum Input: Hashable, Sendable {
    /// Begin to connect; taken once.
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
    /// Do these, in order; the bytes of what lies between two `drop`s leave in one write.
    case submit([SessionCommand])
    /// End for good: close in order.
    case stop
  }

  /// What the session wants done.
  package enum Action: Hashable, Sendable {
    /// Establish a transport; answer with `connected` or `connectFailed`.
    case connect
    /// Send these bytes.
    case write([UInt8])
    /// End the transport, or the attempt to establish it, after what was written.
    case disconnect
    /// Feed `timer` at this instant; replaces the instant asked for before.
    case setTimer(Instant)
    /// Tell the client.
    case event(SessionEvent)
  }

  private var machine: SessionMachine
  private var translation: SessionTranslation
  private var actions: [Action] = []

  /// A session that waits for `start`.
  package init(_ settings: SessionSettings) {
    machine = SessionMachine(settings.configuration)
    translation = SessionTranslation(body: settings.body)
  }

  /// Whether commands are taken now; else they fail at once, because nothing of them was written.
  package var isOpen: Bool { machine.isOpen }

  /// Whether it has ended for good: nothing will be wanted any more.
  package var isStopped: Bool { machine.isStopped }

  /// Takes an input and gives back what to do, in order.
  package mutating func receive(_ input: Input, at now: Instant) -> [Action] {
    switch input {
    case .start: feed(.start, at: now)
    case .connected: feed(.connected, at: now)
    case .connectFailed(let why): feed(.connectFailed(why), at: now)
    case .bytes(let bytes): feed(.bytes(bytes), at: now)
    case .connectionClosed(let why): feed(.connectionClosed(why), at: now)
    case .timer: feed(.timer, at: now)
    case .submit(let commands): submit(commands, at: now)
    case .stop: feed(.stop, at: now)
    }
    defer { actions = [] }
    return actions
  }

  private mutating func submit(_ commands: [SessionCommand], at now: Instant) {
    var translated: [ChannelCommand] = []
    translated.reserveCapacity(commands.count)
    for command in commands {
      if case .drop = command {
        feed(.submitAll(translated), at: now)
        translated.removeAll()
        feed(.drop, at: now)
      } else {
        translation.translate(command, into: &translated)
      }
    }
    if !translated.isEmpty { feed(.submitAll(translated), at: now) }
  }

  private mutating func feed(_ input: SessionInput, at now: Instant) {
    for action in machine.receive(input, at: now) {
      switch action {
      case .connect: actions.append(.connect)
      case .write(let bytes): actions.append(.write(bytes))
      case .disconnect: actions.append(.disconnect)
      case .setTimer(let instant): actions.append(.setTimer(instant))
      case .event(let event):
        if let told = translation.event(for: event) { actions.append(.event(told)) }
      }
    }
  }
}
