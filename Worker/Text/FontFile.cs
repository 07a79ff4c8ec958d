using System.Buffers.Binary;
using System.Text;

namespace ReelBallers.Worker;

/// <summary>What a TrueType or OpenType font says of itself: its family, its proportions and which characters it has.</summary>
/// <param name="Path">The file.</param>
/// <param name="Family">The name by which a script asks for it.</param>
/// <param name="LineHeight">The height of a line in multiples of the font size.</param>
/// <param name="Characters">The characters that it has a glyph for.</param>
internal sealed record FontFile(string Path, string Family, double LineHeight, CharacterRanges Characters)
{
    private const string NotAFont = "it is not a TrueType or OpenType font";

    /// <exception cref="InvalidDataException">It is not a font that can be used.</exception>
    public static FontFile Read(string path)
    {
        var data = File.ReadAllBytes(path);
        try
        {
            var tables = Tables(data, Faces(data)[0]);
            var unitsPerEm = BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(tables["head"] + 18));
            var windows = data.AsSpan(tables["OS/2"]);
            var height = BinaryPrimitives.ReadUInt16BigEndian(windows[74..]) + BinaryPrimitives.ReadUInt16BigEndian(windows[76..]);
            return new FontFile(
                path,
                FamilyOf(data.AsSpan(tables["name"])),
                (double)height / unitsPerEm,
                CharacterRanges.Of(CodePoints(data, tables["cmap"])));
        }
        catch (Exception failure) when (failure is ArgumentOutOfRangeException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw new InvalidDataException(NotAFont, failure);
        }
    }

    /// <summary>Where the fonts of a file begin: a collection has several.</summary>
    public static int[] Faces(byte[] data) => data.AsSpan(0, 4).SequenceEqual("ttcf"u8)
        ? [.. Enumerable.Range(0, BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(8)))
            .Select(i => BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(12 + (i * 4))))]
        : [0];

    /// <summary>Where the tables of a font begin, by name.</summary>
    public static Dictionary<string, int> Tables(byte[] data, int start)
    {
        var count = BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(start + 4));
        return Enumerable.Range(0, count).Select(i => start + 12 + (i * 16)).ToDictionary(
            at => Encoding.ASCII.GetString(data, at, 4), at => BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(at + 8)));
    }

    /// <summary>Name 1 in Unicode, in English where it is there.</summary>
    private static string FamilyOf(ReadOnlySpan<byte> table)
    {
        const int Windows = 3;
        const int English = 0x409;
        string? family = null;
        var texts = BinaryPrimitives.ReadUInt16BigEndian(table[4..]);
        for (var i = 0; i < BinaryPrimitives.ReadUInt16BigEndian(table[2..]); i++)
        {
            var entry = table[(6 + (i * 12))..];
            if (BinaryPrimitives.ReadUInt16BigEndian(entry) != Windows || BinaryPrimitives.ReadUInt16BigEndian(entry[6..]) != 1)
            {
                continue;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(entry[8..]);
            var text = Encoding.BigEndianUnicode.GetString(
                table.Slice(texts + BinaryPrimitives.ReadUInt16BigEndian(entry[10..]), length));
            family = family is null || BinaryPrimitives.ReadUInt16BigEndian(entry[4..]) == English ? text : family;
        }

        return family ?? throw new InvalidDataException(NotAFont);
    }

    private static IEnumerable<int> CodePoints(byte[] data, int table)
    {
        int Short(int at) => BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(at));
        int Long(int at) => BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(at));

        var maps = Enumerable.Range(0, Short(table + 2)).Select(i => table + Long(table + 8 + (i * 8))).Distinct().ToArray();
        foreach (var map in maps.Where(map => Short(map) == 12))
        {
            for (var group = map + 16; group < map + 16 + (Long(map + 12) * 12); group += 12)
            {
                for (var codePoint = Long(group); codePoint <= Long(group + 4); codePoint++)
                {
                    yield return codePoint;
                }
            }
        }

        foreach (var map in maps.Where(map => Short(map) == 4))
        {
            var length = Short(map + 6);
            for (var at = 0; at < length; at += 2)
            {
                var (last, first) = (Short(map + 14 + at), Short(map + 16 + length + at));
                var delta = Short(map + 16 + (2 * length) + at);
                var place = map + 16 + (3 * length) + at;
                for (var codePoint = first; codePoint <= last && codePoint != 0xFFFF; codePoint++)
                {
                    // The offset counts from its own place; a glyph of 0 is the box for what is missing.
                    var glyph = Short(place) == 0
                        ? (codePoint + delta) & 0xFFFF
                        : Short(place + Short(place) + ((codePoint - first) * 2));
                    if (glyph != 0)
                    {
                        yield return codePoint;
                    }
                }
            }
        }
    }
}
