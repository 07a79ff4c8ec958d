namespace ReelBallers.Worker;

/// <summary>Reads the fields of a NUT header.</summary>
internal sealed class NutFields(byte[] content)
{
    private int _at;

    public long Number()
    {
        var value = 0L;
        byte next;
        do
        {
            next = content[_at++];
            value = (value << 7) | (next & 0x7Fu);
        }
        while ((next & 0x80) != 0);
        return value;
    }

    /// <summary>Signed: 1, -1, 2, -2 … are written as 1, 2, 3, 4 ….</summary>
    public long Signed()
    {
        var value = Number() + 1;
        return (value & 1) != 0 ? -(value >> 1) : value >> 1;
    }

    public byte[] Bytes()
    {
        var length = (int)Number();
        _at += length;
        return content[(_at - length).._at];
    }
}

/// <summary>What the first byte of a frame stands for.</summary>
internal readonly record struct FrameCode(int Flags, long TimeDelta, long SizeFactor, long SizeLower, long Reserved, int Header)
{
    public static void ReadAll(NutFields fields, FrameCode[] codes)
    {
        var (delta, factor, header) = (0L, 1L, 0);
        for (var code = 0; code < codes.Length;)
        {
            var flags = (int)fields.Number();
            var given = fields.Number();
            delta = given > 0 ? fields.Signed() : delta;
            factor = given > 1 ? fields.Number() : factor;
            if (given > 2)
            {
                fields.Number();
            }

            var lower = given > 3 ? fields.Number() : 0;
            var reserved = given > 4 ? fields.Number() : 0;
            var count = given > 5 ? fields.Number() : factor - lower;
            if (given > 6)
            {
                fields.Signed();
            }

            header = given > 7 ? (int)fields.Number() : header;
            for (var more = 8; more < given; more++)
            {
                fields.Number();
            }

            for (var i = 0; i < count && code < codes.Length; code++)
            {
                if (code == 'N')
                {
                    codes[code] = new FrameCode(NutFormat.InvalidFlag, 0, 1, 0, 0, 0);
                    continue;
                }

                codes[code] = new FrameCode(flags, delta, factor, lower + i, reserved, header);
                i++;
            }
        }
    }
}
