using System.Buffers.Binary;

namespace ReelBallers.Worker;

/// <summary>
/// Copies a font for the library that draws texts. It takes the first table of characters that is meant for Windows, which ends before
/// the emoji and rare Chinese characters; in the copy that entry leads to the complete table.
/// </summary>
internal static class FontCopy
{
    private const int Windows = 3;
    private const int BasicCharacters = 1;
    private const int AllCharacters = 10;

    public static async Task WriteAsync(FontFile font, string path, CancellationToken cancellationToken)
    {
        var data = await File.ReadAllBytesAsync(font.Path, cancellationToken);
        foreach (var face in FontFile.Faces(data))
        {
            LeadToCompleteTable(data.AsSpan(FontFile.Tables(data, face)["cmap"]));
        }

        await File.WriteAllBytesAsync(path, data, cancellationToken);
    }

    private static void LeadToCompleteTable(Span<byte> table)
    {
        int? basic = null, complete = null;
        for (var entry = 4; entry < 4 + (BinaryPrimitives.ReadUInt16BigEndian(table[2..]) * 8); entry += 8)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(table[entry..]) == Windows)
            {
                var encoding = BinaryPrimitives.ReadUInt16BigEndian(table[(entry + 2)..]);
                basic = encoding == BasicCharacters ? entry : basic;
                complete = encoding == AllCharacters ? entry : complete;
            }
        }

        if (basic is { } from && complete is { } to)
        {
            table.Slice(to + 4, 4).CopyTo(table[(from + 4)..]);
        }
    }
}
