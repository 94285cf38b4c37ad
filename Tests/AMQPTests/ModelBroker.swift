import AMQP

/// A tiny broker in memory that knows what it really did: the truth against which outcomes are
/// held. It keeps its queues over connections; unacknowledged messages return when one ends.
struct ModelBroker {
  /// Something that took effect.
  enum Effect: Hashable {
    case declared(String)
    case published([UInt8])
    case returned([UInt8])
    case fetched([UInt8])
    case acknowledged([UInt8])
    case unknownTag(UInt64)
    case consuming(String)
  }

  /// How publishes are answered.
  enum Confirming: Hashable, CaseIterable {
    case each
    case multiple
    case nackButKeep
    case never
  }

  private struct Peer {
    var header: [UInt8] = []
    var decoder = FrameDecoder(frameMax: 131_072)
    var assembler = ContentAssembler()
    var published: UInt64 = 0
    var unanswered: UInt64 = 0
    var delivered: UInt64 = 0
    var unacknowledged: [(tag: UInt64, queue: String, body: [UInt8])] = []
    var consumers: [(tag: String, queue: String)] = []
  }

  var confirming = Confirming.each
  var frameMax: UInt32 = 4096
  var heartbeat: UInt16 = 0
  private(set) var queues: [String: [[UInt8]]] = [:]
  private(set) var effects: [Effect] = []
  private(set) var violations: [String] = []
  private var peer = Peer()
  private var writer = WireWriter()

  init(queues: [String: [[UInt8]]] = [:]) {
    self.queues = queues
  }

  /// The transport ended.
  mutating func disconnected() {
    for message in peer.unacknowledged.reversed() {
      queues[message.queue, default: []].insert(message.body, at: 0)
    }
    peer = Peer()
  }

  /// Takes bytes of the client and gives back the answer.
  mutating func receive(_ bytes: [UInt8]) throws -> [UInt8] {
    var bytes = bytes
    if peer.header.count < ProtocolHeader.bytes.count {
      let missing = ProtocolHeader.bytes.count - peer.header.count
      peer.header += bytes.prefix(missing)
      bytes.removeFirst(min(missing, bytes.count))
      guard peer.header.count == ProtocolHeader.bytes.count else { return [] }
      if peer.header != ProtocolHeader.bytes { violations.append("protocol header") }
      try send(.connection(.start(ServerGreeting(serverProperties: ["product": "Model"]))), on: 0)
    }
    peer.decoder.append(bytes)
    while let frame = try peer.decoder.next() { try receive(frame) }
    if confirming == .multiple, peer.unanswered > 0 {
      peer.unanswered = 0
      try send(.basic(.ack(deliveryTag: peer.published, multiple: true)))
    }
    try push()
    return writer.take()
  }

  private mutating func send(_ method: Method, on channel: UInt16 = 1) throws {
    try writer.method(method, channel: channel, frameMax: Int(frameMax))
  }

  private mutating func send(_ method: BasicMethod, body: [UInt8]) throws {
    try writer.content(
      .basic(method), properties: .persistent, body: body, channel: 1, frameMax: Int(frameMax))
  }

  private mutating func receive(_ frame: Frame) throws {
    switch frame {
    case .heartbeat: break
    case .method(0, .connection(let method)): try receive(method)
    case .method(1, .basic(let method)) where method.carriesContent:
      try peer.assembler.begin(method)
    case .method(1, let method): try receive(method)
    case .header(1, let header):
      if let content = try peer.assembler.receive(header) { try publish(content) }
    case .body(1, let piece):
      if let content = try peer.assembler.receive(piece) { try publish(content) }
    default: violations.append("\(frame)")
    }
  }

  private mutating func receive(_ method: ConnectionMethod) throws {
    switch method {
    case .startOk:
      let limits = ConnectionLimits(frameMax: frameMax, heartbeat: heartbeat)
      try send(.connection(.tune(limits)), on: 0)
    case .tuneOk: break
    case .open: try send(.connection(.openOk), on: 0)
    case .close: try send(.connection(.closeOk), on: 0)
    default: violations.append("\(method)")
    }
  }

  private mutating func receive(_ method: Method) throws {
    switch method {
    case .channel(.open): try send(.channel(.openOk))
    case .confirm(.select): try send(.confirm(.selectOk))
    case .basic(.qos): try send(.basic(.qosOk))
    case .queue(.declare(let declaration)):
      let queue = declaration.queue
      queues[queue, default: []] += []
      effects.append(.declared(queue))
      let count = UInt32(queues[queue, default: []].count)
      try send(.queue(.declareOk(queue: queue, messageCount: count, consumerCount: 0)))
    case .basic(.get(let queue, let noAck)): try get(queue, noAck: noAck)
    case .basic(.consume(let request)):
      peer.consumers.append((request.consumerTag, request.queue))
      effects.append(.consuming(request.consumerTag))
      try send(.basic(.consumeOk(consumerTag: request.consumerTag)))
    case .basic(.cancel(let tag, _)):
      peer.consumers.removeAll { $0.tag == tag }
      try send(.basic(.cancelOk(consumerTag: tag)))
    case .basic(.ack(let tag, _)): acknowledge(tag)
    default: violations.append("\(method)")
    }
  }

  private mutating func publish(_ content: Content) throws {
    guard case .publish(let exchange, let key, let mandatory, _) = content.method else { return }
    peer.published += 1
    if queues[key] != nil {
      queues[key]?.append(content.body)
      effects.append(.published(content.body))
    } else if mandatory {
      effects.append(.returned(content.body))
      try send(.return(ReturnArguments(exchange: exchange, routingKey: key)), body: content.body)
    }
    let tag = peer.published
    switch confirming {
    case .each: try send(.basic(.ack(deliveryTag: tag, multiple: false)))
    case .multiple: peer.unanswered += 1
    case .nackButKeep:
      try send(.basic(.nack(deliveryTag: tag, multiple: false, requeue: false)))
    case .never: break
    }
  }

  private mutating func get(_ queue: String, noAck: Bool) throws {
    guard let body = queues[queue]?.first else { return try send(.basic(.getEmpty)) }
    let tag = take(body, from: queue, noAck: noAck)
    let arguments = GetOkArguments(
      deliveryTag: tag, redelivered: false, exchange: "", routingKey: queue,
      messageCount: UInt32(queues[queue, default: []].count))
    try send(.getOk(arguments), body: body)
  }

  private mutating func push() throws {
    for consumer in peer.consumers {
      while let body = queues[consumer.queue]?.first {
        let tag = take(body, from: consumer.queue, noAck: false)
        let arguments = DeliverArguments(
          consumerTag: consumer.tag, deliveryTag: tag, redelivered: false, exchange: "",
          routingKey: consumer.queue)
        try send(.deliver(arguments), body: body)
      }
    }
  }

  private mutating func take(_ body: [UInt8], from queue: String, noAck: Bool) -> UInt64 {
    queues[queue]?.removeFirst()
    peer.delivered += 1
    if !noAck { peer.unacknowledged.append((peer.delivered, queue, body)) }
    effects.append(.fetched(body))
    return peer.delivered
  }

  private mutating func acknowledge(_ tag: UInt64) {
    guard let index = peer.unacknowledged.firstIndex(where: { $0.tag == tag }) else {
      effects.append(.unknownTag(tag))
      return
    }
    effects.append(.acknowledged(peer.unacknowledged.remove(at: index).body))
  }
}
