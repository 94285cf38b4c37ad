/// History v2 on disk: the constants of the format, and here its description.
///
/// All fixed-width numbers are little-endian. A *varint* is LEB128 of at most 64 bits: seven bits a
/// byte, the lowest first, the top bit set on all but the last byte. A *signed* varint carries the
/// zig-zag form `(n << 1) ^ (n >> 63)`. A *string* is a varint of its length in bytes and that many
/// bytes of UTF-8, at most 4,096; a longer one is cut at a scalar boundary when it is recorded.
///
/// A file is eight bytes `89 53 54 4F 41 54 0A 02` (`\x89STOAT\n` and the version), then blocks one
/// behind the other: block 0 holds the header, the following ones hold events, and an end block
/// closes a history whose recording was ended in order. Nothing follows the end block. Files are
/// only ever appended to.
///
/// A block is a block header of 92 bytes and a payload:
///
///     offset  size  field
///          0     3  "BLK"
///          3     1  kind: "H" header, "E" events, "Z" end
///          4     4  number of the block in the file, from 0
///          8     4  payload length in bytes, at most 4 MiB
///         12     4  count of events in the payload; 0 for H and Z
///         16     8  instant of the first event in ns; 0 for H and Z
///         24    32  SHA-256 of the payload
///         56    32  SHA-256 of the block header before, and so of the whole block before, since
///                   that holds the digest of its payload; in block 0 that of the first eight bytes
///         88     4  CRC-32C of the bytes 0..<88
///
/// Payload H: string name, 8 bytes seed, string system, 8 bytes origin (ns since 1970); varint
/// count of nodes, a varint each; varint count of queues, each varint id, string name, byte kind (0
/// plain, 1 mirrored, 2 quorum), varint queue + 1 for dead letters or 0; varint count of clients,
/// each varint id, byte role (0 publisher, 1 consumer), varint node, varint queue; a list of
/// fields, which is empty so far.
///
/// Payload Z: varint count of all events of the file.
///
/// Payload E: the context, then the events. Numbers that move slowly are written as signed
/// differences from the last number of their kind, which the *context* holds, so that most take one
/// byte. Every events block starts with the values of its context, so it can be read without any
/// other block: signed varint instant, varints operation, published message, written sequence,
/// answered sequence, delivered tag, settled tag, received message. A recorder that starts a block
/// afresh writes zeros.
///
/// An event is a tag byte, the time since the event before it, and its fields. In the *long form*
/// the time is a signed varint in ns and `~x` is the signed varint of the difference of x from the
/// context; every other field is a varint:
///
///     10          invoked publish           ~operation client queue ~message (of that client)
///     11          invoked publish           ~operation client queue message-client ~message
///     12          invoked get               ~operation client queue
///     13          invoked consume           ~operation client queue prefetch
///     14 15       as 10 11, but late        … and behind them the lateness in ms
///     16 17       invoked take, drain       ~operation client queue
///     20          written                   ~operation session ~written
///     30          completed ok confirmed    ~operation
///     31 32       completed ok message      ~operation session ~tag client ~received (32: flagged)
///     33 34       completed ok empty, accepted            ~operation
///     35 36       completed fail not written, returned    ~operation
///     37 38 3A 3B completed info timeout, connection lost, nacked, run ended    ~operation
///     39          completed info channel closed           ~operation code
///     40 41       delivered                 queue session ~tag client ~received; 41 redelivered
///     50...57     settled                   session ~settled; bit 0 multiple, then the kind
///     58...5B     answered                  session ~answered; bit 0 multiple, bit 1 positive
///     60          returned                  session client sequence
///     61          session opened            session client node
///     62          session lost              session string
///     70...74     phase, in the tag
///     7B 7C 7D    fault, broker event, watch    a list of fields
///
/// A *list of fields* is a varint of its length in bytes and then fields, each a varint key and a
/// value: a varint if the key is even, otherwise a varint of a length and so many bytes, which are
/// a string or another list of fields. The keys are in `FieldKey`. What is not there is unknown, or
/// an empty list. A reader skips keys that it does not know, so that events can get more fields
/// without a new version of the format; a key is never used for anything else.
///
/// The events of every publish, `10 20 30 40 41 50...57 58...5B`, have a *short form* too, with bit
/// 7 of the tag set, in which the time takes 24 bits and every field 16 bits, unsigned; a
/// difference is written plus 32,768. A recorder uses it whenever everything fits: it takes 6 to 14
/// bytes and hardly any time.
///
/// **Whole, torn or damaged.** A block is whole if its header and its payload are all there and
/// match their checksum and digest. The first block that is not whole ends what can be read. It is
/// a *torn tail*, as a recorder leaves it that was killed, if from it to the end of the file there
/// is
///
/// - less than a block header, or
/// - a good block header whose payload the end of the file cuts short, or
/// - a good block header with a bad payload, and nothing or only zero bytes behind that, or
/// - nothing but zero bytes.
///
/// Anything else is *damage*: a bad checksum with data behind it, a block out of number, bytes
/// behind the end block, events that do not decode. A file that ends after a whole block that is
/// not an end block is torn too: it was not ended in order. A block that is not chained to the one
/// before is damage wherever it stands, even if all of it is there.
///
/// **Format 1**, which is still read, differs in this: the last byte of the magic is 01; block
/// headers have 32 bytes, with the CRC-32C of the payload at 24 and no digests; payload H has no
/// list of fields; and instead of `7B...7D` there are
///
///     64...67     fault; stage in the tag   fault, string name, count of nodes, nodes, detail
///     68...6F     broker; kind in the tag   node + 1 or 0, queue + 1 or 0, string detail
///     78...7A     broker; kind - 8 in the tag   node + 1 or 0, queue + 1 or 0, string detail
///
/// It has no evidence but the words of `detail`; `FirstFormatEvidence` reads those that are exact.
package enum HistoryFormat {
  /// The first bytes of every binary history, the last of them the version.
  package static let magic: [UInt8] = [0x89, 0x53, 0x54, 0x4F, 0x41, 0x54, 0x0A, 0x02]
  /// The version of the format.
  package static let version = HistoryHeader.currentFormat
  /// The oldest version that is read.
  package static let oldestVersion = 1
  /// The longest string of an event or header, in bytes.
  package static let maximumStringBytes = 4_096
  /// The most nodes that a fault event names; further ones are not recorded.
  package static let maximumFaultNodes = 4_096
  /// The most nodes of a list of evidence, and the most counts of queues; further ones are not
  /// recorded, as in the following.
  package static let maximumEvidenceNodes = 256
  /// The most counts of replicas of an event.
  package static let maximumReplicaCounts = 1_024
  /// The most figures of a fault event.
  package static let maximumFigures = 256
  /// The most changes of incarnation of a fault event.
  package static let maximumIncarnations = 64
  /// The longest name of an incarnation, in bytes.
  package static let maximumIncarnationBytes = 128
  /// No encoded event is longer than this, in bytes.
  package static let maximumEventBytes = 65_536
  /// No payload is longer than this, in bytes.
  package static let maximumPayloadBytes = 4 << 20
}

/// The tag bytes of events; see `HistoryFormat`.
enum EventTag {
  static let publish: UInt8 = 0x10
  static let publishOther: UInt8 = 0x11
  static let get: UInt8 = 0x12
  static let consume: UInt8 = 0x13
  static let latePublish: UInt8 = 0x14
  static let latePublishOther: UInt8 = 0x15
  static let take: UInt8 = 0x16
  static let drain: UInt8 = 0x17
  static let written: UInt8 = 0x20
  static let confirmed: UInt8 = 0x30
  static let message: UInt8 = 0x31
  static let messageRedelivered: UInt8 = 0x32
  static let empty: UInt8 = 0x33
  static let accepted: UInt8 = 0x34
  static let notWritten: UInt8 = 0x35
  static let refused: UInt8 = 0x36
  static let timeout: UInt8 = 0x37
  static let connectionLost: UInt8 = 0x38
  static let channelClosed: UInt8 = 0x39
  static let nacked: UInt8 = 0x3A
  static let runEnded: UInt8 = 0x3B
  static let delivered: UInt8 = 0x40
  static let settled: UInt8 = 0x50
  static let answered: UInt8 = 0x58
  static let returned: UInt8 = 0x60
  static let sessionOpened: UInt8 = 0x61
  static let sessionLost: UInt8 = 0x62
  static let phase: UInt8 = 0x70
  static let fault: UInt8 = 0x7B
  static let broker: UInt8 = 0x7C
  static let watched: UInt8 = 0x7D
  /// Set in the tags of the short form.
  static let short: UInt8 = 0x80
}
