using System.Globalization;
using System.Text;

namespace ReelBallers.Worker;

/// <summary>A set of characters, as ranges of code points: which ones can be drawn.</summary>
/// <remarks>
/// Jobs compiles this file as well: it rejects a text before anything is charged, by the list of what the worker's fonts
/// cover.
/// </remarks>
internal sealed class CharacterRanges
{
    private const int MostNamed = 10;

    private readonly (int First, int Last)[] _ranges;

    private CharacterRanges((int First, int Last)[] ranges) => _ranges = ranges;

    /// <summary>Reads a line for each range, of hexadecimal code points: <c>20-7E</c> or <c>A9</c>.</summary>
    /// <exception cref="FormatException">A line is not a range.</exception>
    public static CharacterRanges Parse(string text) => new([.. text
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Where(line => line[0] != '#')
        .Select(line =>
        {
            var ends = line.Split('-');
            return (CodePoint(ends[0]), CodePoint(ends[^1]));
        })
        .OrderBy(range => range.Item1)]);

    public static CharacterRanges Of(IEnumerable<int> codePoints)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var codePoint in codePoints.Distinct().Order())
        {
            if (ranges.Count > 0 && ranges[^1].Last == codePoint - 1)
            {
                ranges[^1] = (ranges[^1].First, codePoint);
            }
            else
            {
                ranges.Add((codePoint, codePoint));
            }
        }

        return new CharacterRanges([.. ranges]);
    }

    public bool Contains(int codePoint)
    {
        var (from, to) = (0, _ranges.Length - 1);
        while (from <= to)
        {
            var middle = (from + to) / 2;
            if (codePoint < _ranges[middle].First)
            {
                to = middle - 1;
            }
            else if (codePoint > _ranges[middle].Last)
            {
                from = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The characters of a text that cannot be drawn, named for its writer; null when all can.</summary>
    public string? NameMissing(string text)
    {
        var missing = Characters(text).Where(rune => !Contains(rune.Value)).Distinct().Select(Name).ToArray();
        return missing.Length switch
        {
            0 => null,
            <= MostNamed => string.Join(", ", missing),
            _ => $"{string.Join(", ", missing.Take(MostNamed))} and {missing.Length - MostNamed} more",
        };
    }

    /// <summary>Each range on a line, as <see cref="Parse"/> reads it.</summary>
    public override string ToString() =>
        string.Concat(_ranges.Select(range => range.First == range.Last ? $"{range.First:X}\n" : $"{range.First:X}-{range.Last:X}\n"));

    /// <summary>The characters of a text that need a glyph; halves of surrogate pairs appear as U+FFFD.</summary>
    public static IEnumerable<Rune> Characters(string text) => text.EnumerateRunes().Where(rune => !IsInvisible(rune));

    /// <summary>Controls, joiners, direction marks, variation selectors and tags: they choose or join glyphs and have none.</summary>
    public static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        || rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF) or 0x034F;

    private static string Name(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned || rune == Rune.ReplacementChar
            ? $"U+{rune.Value:X4}"
            : $"{rune} (U+{rune.Value:X4})";

    private static int CodePoint(string hexadecimal) =>
        int.Parse(hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
