import AMQP
import CRabbitMQ

/// A field table in the library's form, with the memory that it points to.
struct TableStorage: ~Copyable {
  /// The table; valid as long as the storage.
  private(set) var table = amqp_table_t()
  private var blocks: [UnsafeMutableRawPointer] = []

  init(_ table: FieldTable) {
    self.table = stored(table)
  }

  deinit {
    for block in blocks { block.deallocate() }
  }

  private mutating func stored(_ table: FieldTable) -> amqp_table_t {
    let entries = allocate(amqp_table_entry_t.self, table.entries.count)
    for (index, entry) in table.entries.enumerated() {
      let stored = amqp_table_entry_t(
        key: self.stored(Array(entry.name.utf8)), value: self.stored(entry.value))
      entries.initializeElement(at: index, to: stored)
    }
    return amqp_table_t(num_entries: Int32(entries.count), entries: entries.baseAddress)
  }

  private mutating func stored(_ values: [FieldValue]) -> amqp_array_t {
    let entries = allocate(amqp_field_value_t.self, values.count)
    for (index, value) in values.enumerated() {
      entries.initializeElement(at: index, to: stored(value))
    }
    return amqp_array_t(num_entries: Int32(entries.count), entries: entries.baseAddress)
  }

  private mutating func stored(_ bytes: [UInt8]) -> amqp_bytes_t {
    let copy = allocate(UInt8.self, bytes.count)
    _ = copy.initialize(from: bytes)
    return amqp_bytes_t(UnsafeRawBufferPointer(copy))
  }

  private mutating func stored(_ value: FieldValue) -> amqp_field_value_t {
    var result = amqp_field_value_t()
    let kind: amqp_field_value_kind_t
    switch value {
    case .boolean(let value):
      (kind, result.value.boolean) = (AMQP_FIELD_KIND_BOOLEAN, value ? 1 : 0)
    case .int8(let value): (kind, result.value.i8) = (AMQP_FIELD_KIND_I8, value)
    case .uint8(let value): (kind, result.value.u8) = (AMQP_FIELD_KIND_U8, value)
    case .int16(let value): (kind, result.value.i16) = (AMQP_FIELD_KIND_I16, value)
    case .uint16(let value): (kind, result.value.u16) = (AMQP_FIELD_KIND_U16, value)
    case .int32(let value): (kind, result.value.i32) = (AMQP_FIELD_KIND_I32, value)
    case .uint32(let value): (kind, result.value.u32) = (AMQP_FIELD_KIND_U32, value)
    case .int64(let value): (kind, result.value.i64) = (AMQP_FIELD_KIND_I64, value)
    case .uint64(let value): (kind, result.value.u64) = (AMQP_FIELD_KIND_U64, value)
    case .float(let value): (kind, result.value.f32) = (AMQP_FIELD_KIND_F32, value)
    case .double(let value): (kind, result.value.f64) = (AMQP_FIELD_KIND_F64, value)
    case .decimal(let scale, let value):
      result.value.decimal = amqp_decimal_t(decimals: scale, value: value)
      kind = AMQP_FIELD_KIND_DECIMAL
    case .longString(let text):
      (kind, result.value.bytes) = (AMQP_FIELD_KIND_UTF8, stored(text.bytes))
    case .array(let values): (kind, result.value.array) = (AMQP_FIELD_KIND_ARRAY, stored(values))
    case .timestamp(let value): (kind, result.value.u64) = (AMQP_FIELD_KIND_TIMESTAMP, value)
    case .table(let table): (kind, result.value.table) = (AMQP_FIELD_KIND_TABLE, stored(table))
    case .void: kind = AMQP_FIELD_KIND_VOID
    case .bytes(let bytes): (kind, result.value.bytes) = (AMQP_FIELD_KIND_BYTES, stored(bytes))
    }
    result.kind = UInt8(truncatingIfNeeded: kind.rawValue)
    return result
  }

  private mutating func allocate<Element>(
    _ type: Element.Type, _ count: Int
  ) -> UnsafeMutableBufferPointer<Element> {
    let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: count)
    if let base = buffer.baseAddress { blocks.append(UnsafeMutableRawPointer(base)) }
    return buffer
  }
}
