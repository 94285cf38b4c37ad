import Environment

extension ShapeStatus {
  private static let none = "none"

  /// `status` as words of a line whose keys start with `prefix`.
  static func words(_ status: ShapeStatus?, _ prefix: String) -> String {
    guard let status else { return "\(prefix)-shape=\(none)" }
    let least = status.tally.times?.lowerBound.microsecondWord ?? none
    let greatest = status.tally.times?.upperBound.microsecondWord ?? none
    return "\(prefix)-shape=\(status.shape.words.joined(separator: ",")) "
      + "\(prefix)-shape-us=\(status.age.microsecondWord) "
      + "\(prefix)-shape-bytes=\(status.tally.bytes) \(prefix)-chunks=\(status.tally.chunks) "
      + "\(prefix)-least-us=\(least) \(prefix)-greatest-us=\(greatest) "
      + "\(prefix)-stands=\(status.standsStill ? "still" : "no") "
      + "\(prefix)-stalls=\(status.stalls) \(prefix)-stalls-us=\(status.stoodStill.microsecondWord)"
  }

  /// What `words` wrote.
  static func read(_ fields: Fields, _ prefix: String) throws(RelayError) -> ShapeStatus? {
    let word = try fields.text("\(prefix)-shape")
    if word == none { return nil }
    return ShapeStatus(
      shape: try shape(word, fields, prefix), age: try fields.duration("\(prefix)-shape-us"),
      tally: try tally(fields, prefix),
      standsStill: try fields.flag("\(prefix)-stands", yes: "still", no: "no"),
      stalls: try fields.number("\(prefix)-stalls"),
      stoodStill: try fields.duration("\(prefix)-stalls-us"))
  }

  private static func shape(
    _ word: String, _ fields: Fields, _ prefix: String
  ) throws(RelayError) -> LinkShape {
    do throws(RelayError) {
      return try LinkShape(words: word.split(separator: ",", omittingEmptySubsequences: false))
    } catch {
      throw fields.garbled("\(prefix)-shape")
    }
  }

  private static func tally(_ fields: Fields, _ prefix: String) throws(RelayError) -> HoldTally {
    var tally = HoldTally()
    tally.bytes = try fields.number("\(prefix)-shape-bytes")
    tally.chunks = try fields.number("\(prefix)-chunks")
    if try fields.text("\(prefix)-least-us") == none {
      guard try fields.text("\(prefix)-greatest-us") == none, tally.chunks == 0 else {
        throw fields.garbled("\(prefix)-least-us")
      }
      return tally
    }
    let least = try fields.duration("\(prefix)-least-us")
    let greatest = try fields.duration("\(prefix)-greatest-us")
    guard least <= greatest && tally.chunks > 0 else {
      throw fields.garbled("\(prefix)-greatest-us")
    }
    tally.times = least...greatest
    return tally
  }
}
