package import Environment
package import Harness
package import NIOCore
import NIOPosix
import Operations
package import Sessions

/// A broker session over TCP: the shell around `SessionDriver` on one NIO event loop.
///
/// Every method must be called on the event loop, and every event is reported there. Commands
/// that are submitted in one turn of the loop leave in one write.
package final class AMQPSession: BrokerSession, ShelledSession {
  let shell: SessionShell<SessionDriver>
  private let endpoint: Endpoint
  private let report: (SessionEvent) -> Void
  private var channel: (any Channel)?
  private var transport = 0
  private var hasWritten = false

  /// A session that connects to `endpoint` once started.
  package init(
    loop: any EventLoop, endpoint: Endpoint, clock: MonotonicClock, settings: SessionSettings,
    report: @escaping (SessionEvent) -> Void
  ) {
    shell = SessionShell(SessionDriver(settings), loop: loop, clock: clock)
    self.endpoint = endpoint
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

  /// Closes the connection in order.
  package func stop() {
    submitBatch()
    feed(.stop)
  }

  func perform(_ action: SessionDriver.Action) {
    switch action {
    case .connect: connect()
    case .write(let bytes):
      channel?.write(ByteBuffer(bytes: bytes), promise: nil)
      hasWritten = true
    case .disconnect: disconnect()
    case .setTimer(let instant): setTimer(instant)
    case .event(let event): report(event)
    }
  }

  func finishActions() {
    guard hasWritten else { return }
    hasWritten = false
    channel?.flush()
  }

  private func disconnect() {
    channel?.flush()
    transport += 1
    channel?.close(mode: .all, promise: nil)
    channel = nil
  }

  private func connect() {
    transport += 1
    let attempt = transport
    let bound = NIOLoopBound(self, eventLoop: shell.loop)
    ClientBootstrap(group: shell.loop)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .connectTimeout(.hours(1))  // the machine has its own
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            TransportHandler(session: bound.value, transport: attempt))
        }
      }
      .connect(host: endpoint.host, port: endpoint.port)
      .whenComplete { result in bound.value.connected(attempt, result) }
  }

  private func connected(_ attempt: Int, _ result: Result<any Channel, any Error>) {
    switch result {
    case .success(let channel):
      guard attempt == transport else {
        channel.close(mode: .all, promise: nil)
        return
      }
      self.channel = channel
      feed(.connected)
    case .failure(let error):
      if attempt == transport { feed(.connectFailed("\(error)")) }
    }
  }

  fileprivate func received(_ bytes: [UInt8], from attempt: Int) {
    if attempt == transport, channel != nil { feed(.bytes(bytes)) }
  }

  fileprivate func ended(_ attempt: Int, _ reason: String) {
    guard attempt == transport, channel != nil else { return }
    channel = nil
    transport += 1
    feed(.connectionClosed(reason))
  }
}

/// Hands what the socket does to the session.
private final class TransportHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let session: AMQPSession
  private let transport: Int
  private var reason = "the peer closed it"

  init(session: AMQPSession, transport: Int) {
    self.session = session
    self.transport = transport
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    session.received([UInt8](buffer: unwrapInboundIn(data)), from: transport)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    reason = "\(error)"
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    session.ended(transport, reason)
    context.fireChannelInactive()
  }
}
