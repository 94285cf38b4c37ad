extension JepsenHistory {
  /// The history as EDN, one operation a line.
  ///
  ///     {:index 0, :time 1200, :process 3, :type :invoke, :f :enqueue, :value 17}
  ///     {:index 1, :time 9800, :process 3, :type :ok, :f :enqueue, :value 17}
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(operations.count * 90)
    for operation in operations { operation.append(to: &bytes) }
    return bytes
  }
}

extension JepsenOperation {
  /// Appends the line of the operation, with its newline.
  package func append(to bytes: inout [UInt8]) {
    bytes.append("{")
    if let index { bytes.append(":index ", index, ", ") }
    if let time { bytes.append(":time ", time, ", ") }
    switch process {
    case .client(let number): bytes.append(":process ", number, ", :type :")
    case .nemesis: bytes.append(":process :nemesis, :type :")
    }
    bytes.append(contentsOf: type.name.utf8)
    bytes.append(", :f :")
    bytes.append(contentsOf: functionName.utf8)
    bytes.append(", :value ")
    value.append(to: &bytes)
    if let redelivered {
      bytes.append(redelivered ? ", :redelivered true" : ", :redelivered false")
    }
    if let error {
      bytes.append(", :error ")
      bytes.append(contentsOf: error.utf8)
    }
    bytes.append("}\n")
  }
}

extension JepsenValue {
  fileprivate func append(to bytes: inout [UInt8]) {
    switch self {
    case .none: bytes.append("nil")
    case .integer(let value): bytes.append("", value, "")
    case .pair(let first, let second): bytes.append(vector: [first, second])
    case .list(let list): bytes.append(vector: list)
    case .text(let text): bytes.append(contentsOf: text.utf8)
    }
  }
}

extension [UInt8] {
  @inline(__always)
  fileprivate mutating func append(_ text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  fileprivate mutating func append(_ before: StaticString, _ value: Int64, _ after: StaticString) {
    append(before)
    if value < 0 { append(UInt8(ascii: "-")) }
    var digits: UInt64 = value.magnitude
    let first = count
    repeat {
      append(UInt8(truncatingIfNeeded: digits % 10) + 0x30)
      digits /= 10
    } while digits > 0
    self[first...].reverse()
    append(after)
  }

  fileprivate mutating func append(vector: [Int64]) {
    append("[")
    for (place, value) in vector.enumerated() {
      append(place > 0 ? " " : "", value, "")
    }
    append("]")
  }
}
