extension WireWriter {
  /// Appends a table behind its 32-bit length.
  package mutating func table(_ table: FieldTable) throws(WireError) {
    try self.table(table, depth: 1)
  }

  private mutating func table(_ table: FieldTable, depth: Int) throws(WireError) {
    guard depth <= FieldValue.maximumDepth else { throw .nestedTooDeeply }
    let start = count
    long(0)
    for entry in table.entries {
      try shortString(entry.name)
      try value(entry.value, depth: depth)
    }
    patchLong(UInt32(clamping: count - start - 4), at: start)
  }

  private mutating func array(_ values: [FieldValue], depth: Int) throws(WireError) {
    guard depth <= FieldValue.maximumDepth else { throw .nestedTooDeeply }
    let start = count
    long(0)
    for element in values { try value(element, depth: depth) }
    patchLong(UInt32(clamping: count - start - 4), at: start)
  }

  private mutating func value(_ value: FieldValue, depth: Int) throws(WireError) {
    octet(value.typeLetter)
    switch value {
    case .boolean(let value): octet(value ? 1 : 0)
    case .int8(let value): octet(UInt8(bitPattern: value))
    case .uint8(let value): octet(value)
    case .int16(let value): short(UInt16(bitPattern: value))
    case .uint16(let value): short(value)
    case .int32(let value): long(UInt32(bitPattern: value))
    case .uint32(let value): long(value)
    case .int64(let value): longLong(UInt64(bitPattern: value))
    case .uint64(let value), .timestamp(let value): longLong(value)
    case .float(let value): long(value.bitPattern)
    case .double(let value): longLong(value.bitPattern)
    case .decimal(let scale, let value):
      octet(scale)
      long(value)
    case .longString(let string): longString(string.bytes)
    case .bytes(let bytes): longString(bytes)
    case .array(let values): try array(values, depth: depth + 1)
    case .table(let inner): try table(inner, depth: depth + 1)
    case .void: break
    }
  }
}

extension WireReader {
  /// A table behind its 32-bit length.
  package mutating func table() throws(WireError) -> FieldTable {
    try table(depth: 1)
  }

  private mutating func table(depth: Int) throws(WireError) -> FieldTable {
    guard depth <= FieldValue.maximumDepth else { throw .nestedTooDeeply }
    let outer = try narrow(to: Int(try long()))
    var entries: [FieldTable.Entry] = []
    while remaining > 0 {
      let name = try shortString()
      entries.append(FieldTable.Entry(name, try value(depth: depth)))
    }
    try widen(to: outer)
    return FieldTable(entries)
  }

  private mutating func array(depth: Int) throws(WireError) -> [FieldValue] {
    guard depth <= FieldValue.maximumDepth else { throw .nestedTooDeeply }
    let outer = try narrow(to: Int(try long()))
    var values: [FieldValue] = []
    while remaining > 0 { values.append(try value(depth: depth)) }
    try widen(to: outer)
    return values
  }

  private mutating func value(depth: Int) throws(WireError) -> FieldValue {
    let letter = try octet()
    switch letter {
    case UInt8(ascii: "t"): return .boolean(try octet() != 0)
    case UInt8(ascii: "b"): return .int8(Int8(bitPattern: try octet()))
    case UInt8(ascii: "B"): return .uint8(try octet())
    case UInt8(ascii: "s"): return .int16(Int16(bitPattern: try short()))
    case UInt8(ascii: "u"): return .uint16(try short())
    case UInt8(ascii: "I"): return .int32(Int32(bitPattern: try long()))
    case UInt8(ascii: "i"): return .uint32(try long())
    case UInt8(ascii: "l"): return .int64(Int64(bitPattern: try longLong()))
    case UInt8(ascii: "L"): return .uint64(try longLong())
    case UInt8(ascii: "f"): return .float(Float(bitPattern: try long()))
    case UInt8(ascii: "d"): return .double(Double(bitPattern: try longLong()))
    case UInt8(ascii: "D"): return .decimal(scale: try octet(), value: try long())
    case UInt8(ascii: "S"): return .longString(LongString(bytes: try longString()))
    case UInt8(ascii: "x"): return .bytes(try longString())
    case UInt8(ascii: "A"): return .array(try array(depth: depth + 1))
    case UInt8(ascii: "T"): return .timestamp(try longLong())
    case UInt8(ascii: "F"): return .table(try table(depth: depth + 1))
    case UInt8(ascii: "V"): return .void
    default: throw .unknownFieldType(letter)
    }
  }
}

extension FieldValue {
  fileprivate var typeLetter: UInt8 {
    switch self {
    case .boolean: UInt8(ascii: "t")
    case .int8: UInt8(ascii: "b")
    case .uint8: UInt8(ascii: "B")
    case .int16: UInt8(ascii: "s")
    case .uint16: UInt8(ascii: "u")
    case .int32: UInt8(ascii: "I")
    case .uint32: UInt8(ascii: "i")
    case .int64: UInt8(ascii: "l")
    case .uint64: UInt8(ascii: "L")
    case .float: UInt8(ascii: "f")
    case .double: UInt8(ascii: "d")
    case .decimal: UInt8(ascii: "D")
    case .longString: UInt8(ascii: "S")
    case .array: UInt8(ascii: "A")
    case .timestamp: UInt8(ascii: "T")
    case .table: UInt8(ascii: "F")
    case .void: UInt8(ascii: "V")
    case .bytes: UInt8(ascii: "x")
    }
  }
}
