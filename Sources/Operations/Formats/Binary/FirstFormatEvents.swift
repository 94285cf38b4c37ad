/// Reads the events that format 1 wrote otherwise than today: faults and broker events, whose
/// evidence was prose.
extension PayloadInput {
  private enum Tag {
    static let fault: UInt8 = 0x64
    static let broker: UInt8 = 0x68
    static let laterBroker: UInt8 = 0x78
    static let afterBroker: UInt8 = 0x7B
  }

  /// The event behind a tag of format 1; nil if there is no such tag.
  mutating func firstFormatEvent(_ tag: UInt8) throws(MalformedPayload) -> Event? {
    switch tag {
    case Tag.fault..<Tag.broker:
      return try FaultStage(rawValue: tag - Tag.fault).map { (stage) throws(MalformedPayload) in
        .fault(try firstFormatFault(stage))
      }
    case Tag.broker..<(Tag.broker + 8):
      return try firstFormatBroker(BrokerEventKind(rawValue: tag - Tag.broker))
    case Tag.laterBroker..<Tag.afterBroker:
      return try firstFormatBroker(BrokerEventKind(rawValue: tag - Tag.laterBroker + 8))
    default: return nil
    }
  }

  private mutating func firstFormatFault(
    _ stage: FaultStage
  ) throws(MalformedPayload) -> FaultEvent {
    let fault = FaultID(try number())
    let name = try string()
    let count = try count(atMost: HistoryFormat.maximumFaultNodes)
    var nodes: [NodeID] = []
    nodes.reserveCapacity(count)
    for _ in 0..<count { nodes.append(NodeID(try number())) }
    return FaultEvent(fault: fault, name: name, stage: stage, nodes: nodes, detail: try string())
  }

  private mutating func firstFormatBroker(
    _ kind: BrokerEventKind?
  ) throws(MalformedPayload) -> Event? {
    guard let kind else { return nil }
    let node = try optionalNumber().map(NodeID.init)
    let queue = try optionalNumber().map(QueueID.init)
    let event = BrokerEvent(kind: kind, node: node, queue: queue, detail: try string())
    return .broker(FirstFormatEvidence.completed(event))
  }
}
