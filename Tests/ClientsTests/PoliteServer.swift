import AMQP
import NIOCore
import NIOPosix
import Synchronization

/// A server that opens every connection and channel as a broker does, and then only listens: what a
/// client sends, and how it ends, can be seen without a broker.
final class PoliteServer: Sendable {
  private let listener: any Channel
  private let heard: Heard

  /// What came on all connections, in order.
  private final class Heard: Sendable {
    let methods = Mutex<[String]>([])
  }

  private init(listener: any Channel, heard: Heard) {
    self.listener = listener
    self.heard = heard
  }

  /// Listens on a free port.
  static func start(on group: any EventLoopGroup) async throws -> PoliteServer {
    let heard = Heard()
    let listener = try await ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Part(heard))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return PoliteServer(listener: listener, heard: heard)
  }

  /// Where it listens.
  var port: Int { listener.localAddress?.port ?? 0 }

  /// The methods that came after the handshake, by number, and `end` for each end of a connection.
  var methods: [String] { heard.methods.withLock { $0 } }

  /// Listens no more.
  func stop() async throws {
    try await listener.close()
  }

  /// The broker's part on one connection.
  private final class Part: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let heard: Heard
    private var header: [UInt8] = []
    private var decoder = FrameDecoder(frameMax: 131_072)

    init(_ heard: Heard) {
      self.heard = heard
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      var bytes = [UInt8](buffer: unwrapInboundIn(data))
      let missing = min(bytes.count, ProtocolHeader.bytes.count - header.count)
      if missing > 0 {
        header += bytes.prefix(missing)
        bytes.removeFirst(missing)
        let greeting = ServerGreeting(serverProperties: ["product": "Polite"])
        if header == ProtocolHeader.bytes { send(.connection(.start(greeting)), 0, context) }
      }
      decoder.append(bytes)
      while let frame = try? decoder.next() {
        if case .method(let channel, let method) = frame { answer(method, channel, context) }
      }
    }

    func channelInactive(context: ChannelHandlerContext) {
      heard.methods.withLock { $0.append("end") }
    }

    private func answer(_ method: Method, _ channel: UInt16, _ context: ChannelHandlerContext) {
      switch method {
      case .connection(.startOk):
        send(.connection(.tune(ConnectionLimits(heartbeat: 10))), 0, context)
      case .connection(.tuneOk): break
      case .connection(.open): send(.connection(.openOk), 0, context)
      case .channel(.open): send(.channel(.openOk), channel, context)
      case .confirm(.select): send(.confirm(.selectOk), channel, context)
      case .connection(.close):
        heard.methods.withLock { $0.append("connection.close") }
        send(.connection(.closeOk), 0, context)
      case .basic(.publish): heard.methods.withLock { $0.append("basic.publish") }
      default: heard.methods.withLock { $0.append("\(method)") }
      }
    }

    private func send(_ method: Method, _ channel: UInt16, _ context: ChannelHandlerContext) {
      var writer = WireWriter()
      try? writer.method(method, channel: channel, frameMax: 131_072)
      context.writeAndFlush(NIOAny(ByteBuffer(bytes: writer.take())), promise: nil)
    }
  }
}
