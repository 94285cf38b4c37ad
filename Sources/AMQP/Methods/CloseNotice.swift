/// Why a peer closes a connection or a channel: the arguments of both close methods.
package struct CloseNotice: Hashable, Sendable {
  /// A code of `ReplyCode`.
  package var replyCode: UInt16
  /// The peer's words, at most 255 bytes.
  package var replyText: String
  /// The class of the method that caused it, or 0.
  package var classID: UInt16
  /// The method that caused it, or 0.
  package var methodID: UInt16

  /// A notice; a `replyText` beyond 255 bytes is cut when it is sent.
  package init(replyCode: UInt16, replyText: String, classID: UInt16 = 0, methodID: UInt16 = 0) {
    self.replyCode = replyCode
    self.replyText = replyText
    self.classID = classID
    self.methodID = methodID
  }

  /// What to tell a peer whose bytes were wrong.
  package init(_ error: WireError) {
    self.init(replyCode: error.replyCode, replyText: error.description)
  }

  func encode(into writer: inout WireWriter) throws(WireError) {
    writer.short(replyCode)
    try writer.shortString(replyText.prefix(utf8Bytes: 255))
    writer.short(classID)
    writer.short(methodID)
  }

  init(from reader: inout WireReader) throws(WireError) {
    replyCode = try reader.short()
    replyText = try reader.shortString()
    classID = try reader.short()
    methodID = try reader.short()
  }
}

extension CloseNotice: CustomStringConvertible {
  /// Code, words and method, for people.
  package var description: String { "\(replyCode) \(replyText) (\(classID).\(methodID))" }
}

extension String {
  /// The longest prefix of whole characters within `limit` bytes of UTF-8.
  fileprivate func prefix(utf8Bytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var size = 0
    return String(
      prefix { character in
        size += character.utf8.count
        return size <= limit
      })
  }
}
