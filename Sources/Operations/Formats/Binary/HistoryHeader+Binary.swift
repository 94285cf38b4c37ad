extension HistoryHeader {
  /// The payload of block 0; throws if it is longer than the format allows.
  var payload: [UInt8] {
    get throws(HistoryError) {
      var bytes: [UInt8] = []
      bytes.appendBounded(name)
      bytes.appendFixed(seed)
      bytes.appendBounded(system)
      bytes.appendFixed(originUnixNanoseconds)
      bytes.appendVarint(UInt64(nodes.count))
      for node in nodes { bytes.appendVarint(UInt64(node.rawValue)) }
      bytes.appendVarint(UInt64(queues.count))
      for queue in queues {
        bytes.appendVarint(UInt64(queue.id.rawValue))
        bytes.appendBounded(queue.name)
        bytes.append(queue.kind.code)
        bytes.appendVarint(queue.deadLetters.map { UInt64($0.rawValue) + 1 } ?? 0)
      }
      bytes.appendVarint(UInt64(clients.count))
      for client in clients {
        bytes.appendVarint(UInt64(client.id.rawValue))
        bytes.append(client.role.code)
        bytes.appendVarint(UInt64(client.node.rawValue))
        bytes.appendVarint(UInt64(client.queue.rawValue))
      }
      // There are no later fields yet; a later reader finds an empty list of them here.
      bytes.appendVarint(0)
      guard bytes.count <= HistoryFormat.maximumPayloadBytes else {
        throw .headerTooLarge(bytes: bytes.count)
      }
      return bytes
    }
  }

  /// The header in the payload of block 0.
  init(
    payload: UnsafeRawBufferPointer, format: Int = HistoryFormat.version
  ) throws(MalformedPayload) {
    var input = PayloadInput(bytes: payload)
    self.format = format
    name = try input.string()
    seed = try input.fixed()
    system = try input.string()
    originUnixNanoseconds = Int64(bitPattern: try input.fixed())
    nodes = []
    for _ in 0..<(try input.count(atMost: payload.count)) {
      nodes.append(NodeID(try input.number()))
    }
    queues = []
    for _ in 0..<(try input.count(atMost: payload.count)) {
      queues.append(try QueueDescription(decoding: &input))
    }
    clients = []
    for _ in 0..<(try input.count(atMost: payload.count)) {
      clients.append(try ClientDescription(decoding: &input))
    }
    if format > 1 {
      try input.fields { (_, _) throws(MalformedPayload) in false }
    }
    guard input.isAtEnd else {
      throw MalformedPayload(offset: input.offset, problem: "bytes behind the end of the header")
    }
  }
}

extension QueueDescription {
  fileprivate init(decoding input: inout PayloadInput) throws(MalformedPayload) {
    let id = QueueID(try input.number())
    let name = try input.string()
    let offset = input.offset
    let code = try input.byte()
    guard let kind = QueueKind.allCases.first(where: { $0.code == code }) else {
      throw MalformedPayload(offset: offset, problem: "no kind of queue has the number \(code)")
    }
    let target = try input.optionalNumber().map(QueueID.init)
    self.init(id: id, name: name, kind: kind, deadLetters: target)
  }
}

extension ClientDescription {
  fileprivate init(decoding input: inout PayloadInput) throws(MalformedPayload) {
    let id = ClientID(try input.number())
    let offset = input.offset
    let code = try input.byte()
    guard let role = ClientRole.allCases.first(where: { $0.code == code }) else {
      throw MalformedPayload(offset: offset, problem: "no role has the number \(code)")
    }
    let node = NodeID(try input.number())
    self.init(id: id, role: role, node: node, queue: QueueID(try input.number()))
  }
}

extension QueueKind {
  fileprivate var code: UInt8 {
    switch self {
    case .plain: 0
    case .mirrored: 1
    case .quorum: 2
    }
  }
}

extension ClientRole {
  fileprivate var code: UInt8 {
    switch self {
    case .publisher: 0
    case .consumer: 1
    }
  }
}
