/// The fourteen properties of a basic content, all of them optional.
package struct BasicProperties: Hashable, Sendable {
  /// The MIME type of the body.
  package var contentType: String?
  /// The MIME encoding of the body.
  package var contentEncoding: String?
  /// Application headers; brokers add `x-delivery-count` and `x-death` here.
  package var headers: FieldTable?
  /// 1 for transient, 2 for persistent.
  package var deliveryMode: UInt8?
  /// 0 (lowest) to 255.
  package var priority: UInt8?
  /// Ties an answer to its request.
  package var correlationID: String?
  /// Where to send the answer.
  package var replyTo: String?
  /// Time to live in milliseconds, as decimal text.
  package var expiration: String?
  /// The publisher's identifier of the message.
  package var messageID: String?
  /// Seconds since 1970.
  package var timestamp: UInt64?
  /// The publisher's name for the kind of message.
  package var type: String?
  /// The publishing user; brokers verify it.
  package var userID: String?
  /// The publishing application.
  package var appID: String?
  /// Reserved by the protocol; formerly the cluster.
  package var clusterID: String?

  /// No property set.
  package init() {}

  /// Properties of a message that is to survive a restart of its broker (delivery mode 2).
  package static let persistent: BasicProperties = {
    var properties = BasicProperties()
    properties.deliveryMode = 2
    return properties
  }()

  /// Whether the message is to survive a restart of its broker.
  package var isPersistent: Bool { deliveryMode == 2 }
}

extension BasicProperties {
  private enum Flag {
    static let contentType: UInt16 = 1 << 15
    static let contentEncoding: UInt16 = 1 << 14
    static let headers: UInt16 = 1 << 13
    static let deliveryMode: UInt16 = 1 << 12
    static let priority: UInt16 = 1 << 11
    static let correlationID: UInt16 = 1 << 10
    static let replyTo: UInt16 = 1 << 9
    static let expiration: UInt16 = 1 << 8
    static let messageID: UInt16 = 1 << 7
    static let timestamp: UInt16 = 1 << 6
    static let type: UInt16 = 1 << 5
    static let userID: UInt16 = 1 << 4
    static let appID: UInt16 = 1 << 3
    static let clusterID: UInt16 = 1 << 2
    static let reserved: UInt16 = 0b11
  }

  private var flags: UInt16 {
    var flags: UInt16 = 0
    if contentType != nil { flags |= Flag.contentType }
    if contentEncoding != nil { flags |= Flag.contentEncoding }
    if headers != nil { flags |= Flag.headers }
    if deliveryMode != nil { flags |= Flag.deliveryMode }
    if priority != nil { flags |= Flag.priority }
    if correlationID != nil { flags |= Flag.correlationID }
    if replyTo != nil { flags |= Flag.replyTo }
    if expiration != nil { flags |= Flag.expiration }
    if messageID != nil { flags |= Flag.messageID }
    if timestamp != nil { flags |= Flag.timestamp }
    if type != nil { flags |= Flag.type }
    if userID != nil { flags |= Flag.userID }
    if appID != nil { flags |= Flag.appID }
    if clusterID != nil { flags |= Flag.clusterID }
    return flags
  }

  /// Appends the flags and the properties that are set.
  package func encode(into writer: inout WireWriter) throws(WireError) {
    writer.short(flags)
    if let contentType { try writer.shortString(contentType) }
    if let contentEncoding { try writer.shortString(contentEncoding) }
    if let headers { try writer.table(headers) }
    if let deliveryMode { writer.octet(deliveryMode) }
    if let priority { writer.octet(priority) }
    if let correlationID { try writer.shortString(correlationID) }
    if let replyTo { try writer.shortString(replyTo) }
    if let expiration { try writer.shortString(expiration) }
    if let messageID { try writer.shortString(messageID) }
    if let timestamp { writer.longLong(timestamp) }
    if let type { try writer.shortString(type) }
    if let userID { try writer.shortString(userID) }
    if let appID { try writer.shortString(appID) }
    if let clusterID { try writer.shortString(clusterID) }
  }

  /// Reads flags and properties; a set reserved or continuation bit is an error, as in RabbitMQ.
  package init(from reader: inout WireReader) throws(WireError) {
    let flags = try reader.short()
    guard flags & Flag.reserved == 0 else { throw .badPropertyFlags(flags) }
    if flags & Flag.contentType != 0 { contentType = try reader.shortString() }
    if flags & Flag.contentEncoding != 0 { contentEncoding = try reader.shortString() }
    if flags & Flag.headers != 0 { headers = try reader.table() }
    if flags & Flag.deliveryMode != 0 { deliveryMode = try reader.octet() }
    if flags & Flag.priority != 0 { priority = try reader.octet() }
    if flags & Flag.correlationID != 0 { correlationID = try reader.shortString() }
    if flags & Flag.replyTo != 0 { replyTo = try reader.shortString() }
    if flags & Flag.expiration != 0 { expiration = try reader.shortString() }
    if flags & Flag.messageID != 0 { messageID = try reader.shortString() }
    if flags & Flag.timestamp != 0 { timestamp = try reader.longLong() }
    if flags & Flag.type != 0 { type = try reader.shortString() }
    if flags & Flag.userID != 0 { userID = try reader.shortString() }
    if flags & Flag.appID != 0 { appID = try reader.shortString() }
    if flags & Flag.clusterID != 0 { clusterID = try reader.shortString() }
  }
}
