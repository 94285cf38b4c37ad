import CRabbitMQ

extension String {
  /// The text of a short string of the library.
  init(_ bytes: amqp_bytes_t) {
    self.init(decoding: UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len), as: UTF8.self)
  }

  /// Calls `body` with the text as the library takes it; it must not keep it.
  func withAMQPBytes<Result>(_ body: (amqp_bytes_t) -> Result) -> Result {
    var text = self
    return text.withUTF8 { body(amqp_bytes_t(UnsafeRawBufferPointer($0))) }
  }
}

extension Array<UInt8> {
  /// A copy of bytes of the library.
  init(_ bytes: amqp_bytes_t) {
    self.init(UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len))
  }

  /// Calls `body` with the bytes as the library takes them; it must not keep them.
  func withAMQPBytes<Result>(_ body: (amqp_bytes_t) -> Result) -> Result {
    withUnsafeBytes { body(amqp_bytes_t($0)) }
  }
}

extension amqp_bytes_t {
  init(_ buffer: UnsafeRawBufferPointer) {
    self.init(len: buffer.count, bytes: UnsafeMutableRawPointer(mutating: buffer.baseAddress))
  }
}
