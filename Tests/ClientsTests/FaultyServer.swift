import Harness
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// A server on loopback that misbehaves as it is told: connection after connection, either on its
/// own or in front of a real broker.
final class FaultyServer: Sendable {
  /// What becomes of a connection.
  enum Plan: Sendable {
    /// It is accepted, and nothing is ever answered or read.
    case silence
    /// These bytes are sent at once, then nothing.
    case babble([UInt8])
    /// It is passed on to the broker, untouched.
    case pass
    /// It ends after so many bytes from the broker, which are the last to arrive.
    case cutAnswers(after: Int)
    /// It ends after so many bytes from the client, which are the last to reach the broker.
    case cutRequests(after: Int)
    /// Nothing passes any more, in either direction, after so many bytes from the broker.
    case stall(after: Int)
    /// Behind the piece with so many bytes from the broker come these instead of its own.
    case garble(after: Int, with: [UInt8])
  }

  /// Where it listens.
  let endpoint: Endpoint
  private let plans: Mutex<[Plan]>
  private let rest: Plan
  private let broker: Endpoint?
  private let accepted = Atomic<Int>(0)
  private let listener = Mutex<(any Channel)?>(nil)

  /// A server that treats the first connections as `plans` say and all later ones as `rest` says;
  /// it listens once started.
  init(_ plans: [Plan], then rest: Plan, broker: Endpoint? = nil, port: Int) {
    self.plans = Mutex(plans)
    self.rest = rest
    self.broker = broker
    endpoint = Endpoint(host: "127.0.0.1", port: port)
  }

  /// A server that listens on a free port.
  static func start(
    _ plans: [Plan], then rest: Plan, broker: Endpoint? = nil
  ) async throws -> FaultyServer {
    let server = FaultyServer(plans, then: rest, broker: broker, port: try await freePort())
    try await server.start()
    return server
  }

  /// A port at which nobody listens.
  static func freePort() async throws -> Int {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(channel.localAddress?.port)
    try await channel.close()
    return port
  }

  /// Begins to listen.
  func start() async throws {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.autoRead, value: false)
      .childChannelInitializer { [self] channel in
        accepted.add(1, ordering: .relaxed)
        let plan = plans.withLock { $0.isEmpty ? rest : $0.removeFirst() }
        return serve(channel, plan)
      }
      .bind(host: endpoint.host, port: endpoint.port).get()
    listener.withLock { $0 = channel }
  }

  /// Listens no more; connections that are there stay.
  func stop() async throws {
    try await listener.withLock { $0 }?.close()
  }

  /// How many connections there were.
  var connections: Int { accepted.load(ordering: .relaxed) }

  private func serve(_ client: any Channel, _ plan: Plan) -> EventLoopFuture<Void> {
    switch plan {
    case .silence: return client.eventLoop.makeSucceededVoidFuture()
    case .babble(let bytes):
      client.eventLoop.execute {
        client.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
      }
      return client.eventLoop.makeSucceededVoidFuture()
    default: return join(client, plan)
    }
  }

  private func join(_ client: any Channel, _ plan: Plan) -> EventLoopFuture<Void> {
    guard let broker else { return client.close() }
    let wire = Wire(plan)
    return ClientBootstrap(group: client.eventLoop)
      .channelOption(.autoRead, value: false)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            WireEnd(wire, other: client, isBroker: true))
        }
      }
      .connect(host: broker.host, port: broker.port)
      .flatMapThrowing { upstream in
        try client.pipeline.syncOperations.addHandler(
          WireEnd(wire, other: upstream, isBroker: false))
        upstream.read()
      }
  }
}

/// Both directions of one connection.
private final class Wire: Sendable {
  private struct State {
    var fromBroker = 0
    var fromClient = 0
    var isStalled = false
  }

  private let plan: FaultyServer.Plan
  private let state = Mutex(State())

  init(_ plan: FaultyServer.Plan) {
    self.plan = plan
  }

  /// Whether nothing passes any more.
  var isStalled: Bool { state.withLock { $0.isStalled } }

  /// What is to be passed on of these bytes, and whether the connection ends behind them.
  func pass(_ bytes: ByteBuffer, isBroker: Bool) -> (ByteBuffer, isLast: Bool) {
    state.withLock { state in
      if state.isStalled { return (ByteBuffer(), false) }
      let before = isBroker ? state.fromBroker : state.fromClient
      let after = before + bytes.readableBytes
      if isBroker { state.fromBroker = after } else { state.fromClient = after }
      guard let limit = plan.limit(isBroker: isBroker), after >= limit else {
        return (bytes, false)
      }
      let head = bytes.getSlice(at: bytes.readerIndex, length: max(0, limit - before)) ?? bytes
      switch plan {
      case .garble(_, let garbage):
        state.isStalled = true
        // The broker writes whole frames.
        return (ByteBuffer(bytes: Array(bytes.readableBytesView) + garbage), false)
      case .stall:
        state.isStalled = true
        return (head, false)
      default: return (head, true)
      }
    }
  }
}

extension FaultyServer.Plan {
  /// After how many bytes of this direction something happens.
  fileprivate func limit(isBroker: Bool) -> Int? {
    switch self {
    case .cutAnswers(let limit), .stall(let limit), .garble(let limit, _): isBroker ? limit : nil
    case .cutRequests(let limit): isBroker ? nil : limit
    case .silence, .babble, .pass: nil
    }
  }
}

/// Passes on what one end sends.
private final class WireEnd: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let wire: Wire
  private let other: any Channel
  private let isBroker: Bool

  init(_ wire: Wire, other: any Channel, isBroker: Bool) {
    self.wire = wire
    self.other = other
    self.isBroker = isBroker
  }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { context.read() }
  }

  func channelActive(context: ChannelHandlerContext) {
    context.read()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let (bytes, isLast) = wire.pass(unwrapInboundIn(data), isBroker: isBroker)
    let channel = context.channel
    let other = other
    let isEnd = isLast
    other.writeAndFlush(bytes).whenComplete { _ in
      guard isEnd else { return }
      other.close(promise: nil)
      channel.close(promise: nil)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    // A stalled wire takes nothing more, so that the sender's buffers fill up.
    if !wire.isStalled { context.read() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    // The end of a connection does not pass a stalled wire either.
    if !wire.isStalled { other.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
