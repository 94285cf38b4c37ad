import Environment
import Harness
import NIOCore
import Sessions

/// A session as a value, which a shell on an event loop feeds.
protocol ShelledMachine: SendableMetatype {
  associatedtype Input: ShellInput
  associatedtype Action
  /// Takes an input and gives back what to do, in order.
  mutating func receive(_ input: Input, at now: Instant) -> [Action]
}

/// The inputs that come from the client or the clock, not from a transport.
protocol ShellInput: SendableMetatype {
  static var start: Self { get }
  static var timer: Self { get }
  static var stop: Self { get }
  static func submit(_ commands: [SessionCommand]) -> Self
}

extension SessionDriver: ShelledMachine {}
extension SessionDriver.Input: ShellInput {}
extension RabbitMQMachine: ShelledMachine {}
extension MachineInput: ShellInput {}

/// What every shell keeps: the machine, its timer, and what waits for its turn.
final class SessionShell<Machine: ShelledMachine> {
  let loop: any EventLoop
  let clock: MonotonicClock
  fileprivate(set) var machine: Machine
  fileprivate var batch = CommandBatch()
  fileprivate var timer: Scheduled<Void>?
  fileprivate var inputs: [Machine.Input] = []
  fileprivate var isFeeding = false

  init(_ machine: Machine, loop: any EventLoop, clock: MonotonicClock) {
    self.machine = machine
    self.loop = loop
    self.clock = clock
  }
}

/// A broker session over a transport: what is the same for all of them.
protocol ShelledSession: BrokerSession, SendableMetatype {
  associatedtype Machine: ShelledMachine
  var shell: SessionShell<Machine> { get }
  /// Carries out one action of the machine.
  func perform(_ action: Machine.Action)
  /// Called after all actions of one input.
  func finishActions()
}

extension ShelledSession {
  /// Adds a command to those that leave at the end of this turn of the loop.
  func enqueue(_ command: SessionCommand) {
    guard shell.batch.add(command) else { return }
    let bound = NIOLoopBound(self, eventLoop: shell.loop)
    shell.loop.execute { bound.value.submitBatch() }
  }

  /// Feeds what was submitted and waits for the end of the turn.
  func submitBatch() {
    let commands = shell.batch.take()
    if !commands.isEmpty { feed(.submit(commands)) }
  }

  /// Feeds the machine and carries out what it wants; an input that arises from that comes after
  /// the actions of the one before.
  func feed(_ input: Machine.Input) {
    let shell = shell
    shell.inputs.append(input)
    if shell.isFeeding { return }
    shell.isFeeding = true
    var next = 0
    while next < shell.inputs.count {
      let input = shell.inputs[next]
      next += 1
      for action in shell.machine.receive(input, at: shell.clock.now()) { perform(action) }
      finishActions()
    }
    shell.inputs.removeAll(keepingCapacity: true)
    shell.isFeeding = false
  }

  /// Feeds `timer` at this instant, in place of the one asked for before.
  func setTimer(_ instant: Instant) {
    shell.timer?.cancel()
    let bound = NIOLoopBound(self, eventLoop: shell.loop)
    let delay = max(0, (instant - shell.clock.now()).nanoseconds)
    shell.timer = shell.loop.scheduleTask(in: .nanoseconds(delay)) { bound.value.feed(.timer) }
  }
}
