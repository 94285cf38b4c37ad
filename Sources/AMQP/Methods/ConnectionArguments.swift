/// What a broker says first: the arguments of `connection.start`.
package struct ServerGreeting: Hashable, Sendable {
  /// The protocol's major version, 0.
  package var versionMajor: UInt8
  /// The protocol's minor version, 9.
  package var versionMinor: UInt8
  /// Product, version, capabilities.
  package var serverProperties: FieldTable
  /// The SASL mechanisms, separated by spaces.
  package var mechanisms: LongString
  /// The locales, separated by spaces.
  package var locales: LongString

  /// A greeting.
  package init(
    versionMajor: UInt8 = 0, versionMinor: UInt8 = 9, serverProperties: FieldTable,
    mechanisms: LongString = "PLAIN", locales: LongString = "en_US"
  ) {
    self.versionMajor = versionMajor
    self.versionMinor = versionMinor
    self.serverProperties = serverProperties
    self.mechanisms = mechanisms
    self.locales = locales
  }

  func encode(into writer: inout WireWriter) throws(WireError) {
    writer.octet(versionMajor)
    writer.octet(versionMinor)
    try writer.table(serverProperties)
    writer.longString(mechanisms.bytes)
    writer.longString(locales.bytes)
  }

  init(from reader: inout WireReader) throws(WireError) {
    versionMajor = try reader.octet()
    versionMinor = try reader.octet()
    serverProperties = try reader.table()
    mechanisms = LongString(bytes: try reader.longString())
    locales = LongString(bytes: try reader.longString())
  }
}

/// What a client answers: the arguments of `connection.start-ok`.
package struct ClientGreeting: Hashable, Sendable {
  /// Product, version, capabilities.
  package var clientProperties: FieldTable
  /// The chosen SASL mechanism.
  package var mechanism: String
  /// The mechanism's response.
  package var response: LongString
  /// The chosen locale.
  package var locale: String

  /// A greeting.
  package init(
    clientProperties: FieldTable, mechanism: String, response: LongString, locale: String = "en_US"
  ) {
    self.clientProperties = clientProperties
    self.mechanism = mechanism
    self.response = response
    self.locale = locale
  }

  func encode(into writer: inout WireWriter) throws(WireError) {
    try writer.table(clientProperties)
    try writer.shortString(mechanism)
    writer.longString(response.bytes)
    try writer.shortString(locale)
  }

  init(from reader: inout WireReader) throws(WireError) {
    clientProperties = try reader.table()
    mechanism = try reader.shortString()
    response = LongString(bytes: try reader.longString())
    locale = try reader.shortString()
  }
}

/// The arguments of `connection.tune` and `connection.tune-ok`; zero means no limit.
package struct ConnectionLimits: Hashable, Sendable {
  /// The highest channel number.
  package var channelMax: UInt16
  /// The largest frame in bytes, headers and end octet included.
  package var frameMax: UInt32
  /// Seconds between heartbeats; zero for none.
  package var heartbeat: UInt16

  /// Limits; the defaults are RabbitMQ's.
  package init(channelMax: UInt16 = 2047, frameMax: UInt32 = 131_072, heartbeat: UInt16 = 60) {
    self.channelMax = channelMax
    self.frameMax = frameMax
    self.heartbeat = heartbeat
  }

  func encode(into writer: inout WireWriter) {
    writer.short(channelMax)
    writer.long(frameMax)
    writer.short(heartbeat)
  }

  init(from reader: inout WireReader) throws(WireError) {
    channelMax = try reader.short()
    frameMax = try reader.long()
    heartbeat = try reader.short()
  }
}
