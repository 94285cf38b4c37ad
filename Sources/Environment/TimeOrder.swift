/// The order of many times, in O(n).
package enum TimeOrder {
  private static let digitBits = 11
  private static let buckets = 1 << digitBits

  /// The places of those of `times` that are there, by time; those of the same time stay in their
  /// order. It takes the times alone, since a generic function would not be made special for what
  /// another module has, and be four times as slow.
  package static func places(of times: [Int64?]) -> [Int32] {
    var isOrdered = true
    var (least, greatest) = (Int64.max, Int64.min)
    var places: [Int32] = []
    places.reserveCapacity(times.count)
    for (place, time) in times.enumerated() {
      guard let time else { continue }
      if time < greatest { isOrdered = false }
      (least, greatest) = (min(least, time), max(greatest, time))
      places.append(Int32(place))
    }
    if isOrdered { return places }
    let keys = places.map { UInt64(bitPattern: (times[Int($0)] ?? least) &- least) }
    return sorted(places, keys: keys, range: UInt64(bitPattern: greatest &- least))
  }

  /// By the least significant digit first, as far as the range needs it.
  private static func sorted(
    _ places: consuming [Int32], keys: consuming [UInt64], range: UInt64
  ) -> [Int32] {
    var otherPlaces = Array(repeating: 0 as Int32, count: places.count)
    var otherKeys = Array(repeating: 0 as UInt64, count: places.count)
    for shift in stride(from: 0 as UInt64, to: 64, by: digitBits) where range >> shift > 0 {
      distribute(places, keys, into: &otherPlaces, &otherKeys, shift: shift)
      swap(&places, &otherPlaces)
      swap(&keys, &otherKeys)
    }
    return places
  }

  private static func distribute(
    _ places: [Int32], _ keys: [UInt64], into newPlaces: inout [Int32],
    _ newKeys: inout [UInt64], shift: UInt64
  ) {
    var offsets = Array(repeating: 0, count: buckets)
    for key in keys { offsets[Int(key >> shift) & (buckets - 1)] += 1 }
    var sum = 0
    for bucket in offsets.indices { (offsets[bucket], sum) = (sum, sum + offsets[bucket]) }
    for (place, key) in zip(places, keys) {
      let bucket = Int(key >> shift) & (buckets - 1)
      newPlaces[offsets[bucket]] = place
      newKeys[offsets[bucket]] = key
      offsets[bucket] += 1
    }
  }
}
