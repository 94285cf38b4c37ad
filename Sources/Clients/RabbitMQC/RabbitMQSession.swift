import AMQP
import CRabbitMQ
package import Environment
package import Harness
package import NIOCore
package import Sessions

/// A broker session over rabbitmq-c: another codec, another way to connect, another machine than
/// `AMQPSession`, with the same outcomes.
///
/// Every method must be called on the event loop, and every event is reported there. Each
/// connection has a thread of its own, on which alone the library's blocking calls are made;
/// deadlines are kept on the event loop, whatever that thread is doing.
package final class RabbitMQSession: BrokerSession, ShelledSession {
  /// The version of the library, such as 0.11.0.
  package static var libraryVersion: String { String(cString: amqp_version()) }

  let shell: SessionShell<RabbitMQMachine>
  private let endpoint: Endpoint
  private let settings: SessionSettings
  private let report: (SessionEvent) -> Void
  private var line: Line?
  private var attempt = 0
  private var outgoing: [LineMethod] = []

  /// A session that connects to `endpoint`, a numeric address, once started.
  package init(
    loop: any EventLoop, endpoint: Endpoint, clock: MonotonicClock, settings: SessionSettings,
    report: @escaping (SessionEvent) -> Void
  ) {
    shell = SessionShell(RabbitMQMachine(settings), loop: loop, clock: clock)
    self.endpoint = endpoint
    self.settings = settings
    self.report = report
  }

  /// Begins to connect.
  package func start() {
    feed(.start)
  }

  /// Hands over a command; commands of one turn of the loop leave together.
  package func submit(_ command: SessionCommand) {
    enqueue(command)
  }

  /// Closes the connection in order. The operations end now; the connection within the
  /// configuration's `closeTimeout`, on its own thread.
  package func stop() {
    submitBatch()
    feed(.stop)
  }

  func perform(_ action: MachineAction) {
    switch action {
    case .event(let event): report(event)
    case .send(let method): outgoing.append(method)
    case .connect: connect()
    case .close(let code):
      send()
      line?.close(code)
      if shell.machine.phase == .stopped { forgetLine() }
    case .hangUp:
      outgoing.removeAll()
      line?.hangUp()
      forgetLine()
    case .setTimer(let instant): setTimer(instant)
    }
  }

  func finishActions() {
    send()
  }

  private func send() {
    if outgoing.isEmpty { return }
    let isTaken = line?.send(outgoing) ?? true
    outgoing.removeAll(keepingCapacity: true)
    if isTaken { return }
    line?.hangUp()
    forgetLine()
    feed(.line(.ended(.transportClosed("it takes nothing more of what is to be sent"))))
  }

  private func connect() {
    attempt += 1
    let attempt = attempt
    let loop = shell.loop
    let bound = NIOLoopBound(self, eventLoop: loop)
    line = Line.open(endpoint, settings.configuration) {
      loop.execute { bound.value.takeReports(of: attempt) }
    }
    if line == nil {
      feed(.line(.ended(.connectFailed("the process has no descriptor or thread left"))))
    }
  }

  private func takeReports(of attempt: Int) {
    guard attempt == self.attempt, let line else { return }
    for report in line.takeReports() {
      if case .ended = report { forgetLine() }
      feed(.line(report))
    }
  }

  /// What the line still does is of no interest.
  private func forgetLine() {
    line?.ignore()
    line = nil
    attempt += 1
  }
}
