using System.Formats.Cbor;

namespace ReelBallers.Accounts;

/// <summary>What an authenticator says of a new passkey: the format of a statement, the statement, and the data that it is about.</summary>
internal static class AttestationObject
{
    /// <summary>
    /// The same without its statement. None was asked for, and one that comes anyway proves nothing to us: its certificates and signatures
    /// are not read.
    /// </summary>
    /// <returns>Null when the bytes are no attestation object.</returns>
    public static byte[]? WithoutStatement(byte[] bytes)
    {
        try
        {
            return Read(new CborReader(bytes)) is { } data ? Write(data) : null;
        }
        catch (Exception failure) when (failure is CborContentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[]? Read(CborReader reader)
    {
        byte[]? data = null;
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            if (reader.ReadTextString() == "authData")
            {
                data = reader.ReadByteString();
            }
            else
            {
                reader.SkipValue();
            }
        }
        reader.ReadEndMap();
        return reader.BytesRemaining == 0 ? data : null;
    }

    private static byte[] Write(byte[] data)
    {
        var writer = new CborWriter();
        writer.WriteStartMap(3);
        writer.WriteTextString("fmt");
        writer.WriteTextString("none");
        writer.WriteTextString("attStmt");
        writer.WriteStartMap(0);
        writer.WriteEndMap();
        writer.WriteTextString("authData");
        writer.WriteByteString(data);
        writer.WriteEndMap();
        return writer.Encode();
    }
}
