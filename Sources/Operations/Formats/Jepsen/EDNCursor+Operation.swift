extension EDNCursor {
  /// The keys of an operation that mean something here.
  private enum Key: UInt8 {
    case index, time, process, type, function, value, redelivered, error

    var name: String {
      switch self {
      case .index: "index"
      case .time: "time"
      case .process: "process"
      case .type: "type"
      case .function: "f"
      case .value: "value"
      case .redelivered: "redelivered"
      case .error: "error"
      }
    }
  }

  /// Reads the map of one operation; the cursor is at its brace.
  mutating func operation() throws(EDNFault) -> JepsenOperation {
    let (start, startLine) = (place, line)
    place += 1
    var seen: UInt8 = 0
    var type: JepsenType?
    var operation = JepsenOperation(process: .nemesis, type: .info, function: .read)
    while true {
      try skipSpace()
      if byte == UInt8(ascii: "}") { break }
      guard let key = key() else {
        if isAtEnd { throw incomplete("an operation that begins on line \(startLine)") }
        try skipForm()
        try skipSpace()
        try skipForm()
        continue
      }
      let bit = 1 << key.rawValue as UInt8
      if seen & bit != 0 { throw fault("an operation has :\(key.name) twice") }
      seen |= bit
      try skipSpace()
      if key == .type { type = try self.type() } else { try read(key, into: &operation) }
    }
    guard seen & Self.required == Self.required, let type else {
      let missing = [Key.process, .type, .function].first { seen >> $0.rawValue & 1 == 0 }
      (place, line) = (start, startLine)
      throw fault("an operation has no :\(missing?.name ?? Key.type.name)")
    }
    place += 1
    operation.type = type
    operation.shapeValue()
    return operation
  }

  private static var required: UInt8 {
    1 << Key.process.rawValue | 1 << Key.type.rawValue | 1 << Key.function.rawValue
  }

  /// Skips a key that means something.
  @inline(__always)
  private mutating func key() -> Key? {
    guard byte == UInt8(ascii: ":") else { return nil }
    switch place[1] {
    case UInt8(ascii: "t"):
      if skip(":type   ", 5) { return .type }
      return skip(":time   ", 5) ? .time : nil
    case UInt8(ascii: "p"): return skip(":process", 8) ? .process : nil
    case UInt8(ascii: "f"): return skip(":f      ", 2) ? .function : nil
    case UInt8(ascii: "v"): return skip(":value  ", 6) ? .value : nil
    case UInt8(ascii: "i"): return skip(":index  ", 6) ? .index : nil
    case UInt8(ascii: "e"): return skip(":error  ", 6) ? .error : nil
    case UInt8(ascii: "r"):
      guard goesOn(with: ":redeliv", 8), place[8] == UInt8(ascii: "e"),
        place[9] == UInt8(ascii: "r"), place[10] == UInt8(ascii: "e"),
        place[11] == UInt8(ascii: "d"), Self.isDelimiter(place[12])
      else { return nil }
      place += 12
      return .redelivered
    default: return nil
    }
  }

  @inline(__always)
  private mutating func read(
    _ key: Key, into operation: inout JepsenOperation
  ) throws(EDNFault) {
    switch key {
    case .index: operation.index = try number(":index")
    case .time: operation.time = try number(":time")
    case .process: operation.process = try process()
    case .type: break
    case .function: try function(of: &operation)
    case .value:
      if let integer = integer() {
        operation.value = .integer(integer)
      } else if !skip("nil     ", 3) {
        operation.value = try value()
      }
    case .redelivered:
      if skip("true    ", 4) {
        operation.redelivered = true
      } else if skip("false   ", 5) {
        operation.redelivered = false
      } else if !skip("nil     ", 3) {
        throw unexpectedValue(of: ":redelivered", "true, false or nil")
      }
    case .error:
      if !skip("nil     ", 3) { operation.error = try text() }
    }
  }

  @inline(__always)
  private mutating func number(_ key: StaticString) throws(EDNFault) -> Int64? {
    if let number = integer(), number != .min { return number }
    if skip("nil     ", 3) { return nil }
    throw unexpectedValue(of: "\(key)", "a whole number of at most 64 bits, or nil")
  }

  @inline(__always)
  private mutating func process() throws(EDNFault) -> JepsenProcess {
    if let number = integer(), number != .min { return .client(number) }
    if goesOn(with: ":nemesis", 8), Self.isDelimiter(place[8]) {
      place += 8
      return .nemesis
    }
    throw unexpectedValue(of: ":process", "a whole number or :nemesis")
  }

  @inline(__always)
  private mutating func type() throws(EDNFault) -> JepsenType {
    if skip(":invoke ", 7) { return .invoke }
    if skip(":ok     ", 3) { return .ok }
    if skip(":info   ", 5) { return .info }
    if skip(":fail   ", 5) { return .fail }
    throw unexpectedValue(of: ":type", ":invoke, :ok, :fail or :info")
  }

  @inline(__always)
  private mutating func function(of operation: inout JepsenOperation) throws(EDNFault) {
    if skip(":enqueue", 8) {
      operation.be(.enqueue)
    } else if skip(":dequeue", 8) {
      operation.be(.dequeue)
    } else if skip(":read   ", 5) {
      operation.be(.read)
    } else if skip(":write  ", 6) {
      operation.be(.write)
    } else if skip(":cas    ", 4) {
      operation.be(.cas)
    } else {
      guard byte == UInt8(ascii: ":") else { throw unexpectedValue(of: ":f", "a keyword") }
      operation.rename(String(try text().dropFirst()))
    }
  }

  /// A value that is neither a whole number nor `nil`.
  private mutating func value() throws(EDNFault) -> JepsenValue {
    let (start, startLine) = (place, line)
    if let list = try integers() { return .list(list) }
    (place, line) = (start, startLine)
    return .text(try text())
  }

  /// The elements of a vector, list or set of whole numbers; nil, and nobody knows where the cursor
  /// is then, if it is anything else.
  private mutating func integers() throws(EDNFault) -> [Int64]? {
    let closing: UInt8
    switch byte {
    case UInt8(ascii: "["): closing = UInt8(ascii: "]")
    case UInt8(ascii: "("): closing = UInt8(ascii: ")")
    case UInt8(ascii: "#") where place[1] == UInt8(ascii: "{"):
      closing = UInt8(ascii: "}")
      place += 1
    default: return nil
    }
    place += 1
    var integers: [Int64] = []
    while true {
      try skipSpace()
      if byte == closing { break }
      guard let integer = integer() else { return nil }
      integers.append(integer)
    }
    place += 1
    return integers
  }

  /// The EDN of one form.
  private mutating func text() throws(EDNFault) -> String {
    let start = place
    try skipForm()
    return try text(from: start)
  }

  private func unexpectedValue(of key: String, _ expected: String) -> EDNFault {
    var fault = fault("\(key) is not \(expected)")
    // What is here may be the beginning of something longer.
    fault.isIncomplete = !isWhole && end - place < Self.maximumTokenBytes
    return fault
  }
}

extension JepsenOperation {
  /// Makes a pair of what a `cas` was given.
  @inline(__always)
  fileprivate mutating func shapeValue() {
    guard function == .cas, case .list(let list) = value, list.count == 2 else { return }
    value = .pair(list[0], list[1])
  }
}
