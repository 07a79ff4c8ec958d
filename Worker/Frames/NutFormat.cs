namespace ReelBallers.Worker;

/// <summary>
/// NUT, the container by which raw frames and their times go through a pipe to and from ffmpeg
/// (https://ffmpeg.org/~michael/nut.txt). Only what one stream of raw pictures needs is here.
/// </summary>
internal static class NutFormat
{
    public const ulong Main = 0x4E4D7A561F5F04AD;
    public const ulong Stream = 0x4E5311405BF2F9DB;
    public const ulong Info = 0x4E49AB68B596BA78;
    public const ulong SyncPoint = 0x4E4BE4ADEECA4569;

    public const int KeyFlag = 1;
    public const int CodedTimeFlag = 1 << 3;
    public const int StreamFlag = 1 << 4;
    public const int SizeFlag = 1 << 5;
    public const int ChecksumFlag = 1 << 6;
    public const int ReservedFlag = 1 << 7;
    public const int SideDataFlag = 1 << 8;
    public const int HeaderFlag = 1 << 10;
    public const int MatchTimeFlag = 1 << 11;
    public const int CodedFlagsFlag = 1 << 12;
    public const int InvalidFlag = 1 << 13;

    /// <summary>A header that is elided is never longer, so that larger frames have none.</summary>
    public const int LargestWithHeader = 4096;

    public static ReadOnlySpan<byte> FileId => "nut/multimedia container\0"u8;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value =>
    {
        var checksum = (uint)value << 24;
        for (var bit = 0; bit < 8; bit++)
        {
            checksum = (checksum << 1) ^ ((checksum & 0x80000000) == 0 ? 0 : 0x04C11DB7u);
        }

        return checksum;
    })];

    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var checksum = 0u;
        foreach (var value in bytes)
        {
            checksum = (checksum << 8) ^ Table[(checksum >> 24) ^ value];
        }

        return checksum;
    }
}
