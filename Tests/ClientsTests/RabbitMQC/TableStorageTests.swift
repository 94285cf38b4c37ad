import AMQP
import CRabbitMQ
import Testing

@testable import Clients

/// What rabbitmq-c makes of our field tables.
@Suite struct TableStorageTests {
  private static let everyKind: FieldTable = [
    "boolean": true, "int8": .int8(-8), "uint8": .uint8(200), "int16": .int16(-300),
    "uint16": .uint16(60_000), "int32": .int32(-70_000), "uint32": .uint32(4_000_000_000),
    "int64": .int64(-5_000_000_000), "uint64": .uint64(.max), "float": .float(1.5),
    "double": .double(-2.25), "decimal": .decimal(scale: 2, value: 314), "text": "héllo",
    "empty": "", "array": .array([true, "two", .array([]), .table([:])]),
    "timestamp": .timestamp(1_700_000_000), "table": .table(["inner": .table(["x": 1])]),
    "void": .void, "bytes": .bytes([0, 1, 255]), "nothing": .bytes([]), "": .int32(0),
  ]

  @Test(arguments: [[:], everyKind])
  func rabbitMQCWritesWhatWeWrite(_ table: FieldTable) throws {
    var writer = WireWriter()
    try writer.table(table)
    let storage = TableStorage(table)
    var copy = storage.table
    var buffer = [UInt8](repeating: 0, count: 4_096)
    var offset = 0
    let status = buffer.withUnsafeMutableBytes {
      amqp_encode_table(amqp_bytes_t(len: $0.count, bytes: $0.baseAddress), &copy, &offset)
    }
    #expect(status == AMQP_STATUS_OK.rawValue)
    #expect(Array(buffer.prefix(offset)) == writer.take())
  }
}
