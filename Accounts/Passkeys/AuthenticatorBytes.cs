using System.Buffers.Binary;
using System.Formats.Cbor;

namespace ReelBallers.Accounts;

/// <summary>
/// The bytes of an authenticator, before the library reads them: its reader of CBOR goes as deep as the bytes say, and bytes that a client
/// makes up can be deeper than the stack.
/// </summary>
internal static class AuthenticatorBytes
{
    // A key is a map, and so are extensions, with a map or a list in them.
    private const int MaxDepth = 4;

    private const int FlagsAt = 32;
    private const int HeadBytes = 37;
    private const int AaguidBytes = 16;
    private const byte HasCredential = 0x40;

    /// <summary>
    /// The same attestation without its statement. None was asked for, and one that comes anyway proves nothing to us: its certificates and
    /// signatures are not read.
    /// </summary>
    /// <returns>Null when the bytes are no attestation object, or go too deep.</returns>
    public static byte[]? WithoutStatement(byte[] attestationObject)
    {
        byte[]? data = null;
        try
        {
            var reader = new CborReader(attestationObject);
            reader.ReadStartMap();
            while (reader.PeekState() != CborReaderState.EndMap)
            {
                if (reader.ReadTextString() == "authData" && data is null)
                {
                    data = reader.ReadByteString();
                }
                else
                {
                    reader.SkipValue();
                }
            }
            reader.ReadEndMap();
            if (reader.BytesRemaining > 0)
            {
                return null;
            }
        }
        catch (Exception failure) when (failure is CborContentException or InvalidOperationException)
        {
            return null;
        }
        return data is not null && HasBoundedCredential(data) ? Write(data) : null;
    }

    /// <summary>Whether the data of an assertion has at most a few extensions, and no key.</summary>
    public static bool IsBoundedAssertion(ReadOnlySpan<byte> data) =>
        data.Length >= HeadBytes && (data[FlagsAt] & HasCredential) == 0 && IsShallow(data[HeadBytes..]);

    private static bool HasBoundedCredential(ReadOnlySpan<byte> data)
    {
        const int idAt = HeadBytes + AaguidBytes + sizeof(ushort);
        if (data.Length < idAt || (data[FlagsAt] & HasCredential) == 0)
        {
            return false;
        }
        var keyAt = idAt + BinaryPrimitives.ReadUInt16BigEndian(data[(idAt - sizeof(ushort))..]);
        return keyAt < data.Length && IsShallow(data[keyAt..]);
    }

    // A sequence of values: the key, and the extensions.
    private static bool IsShallow(ReadOnlySpan<byte> values)
    {
        if (values.IsEmpty)
        {
            return true;
        }
        try
        {
            var reader = new CborReader(values.ToArray(), allowMultipleRootLevelValues: true);
            while (reader.PeekState() is var state && state != CborReaderState.Finished)
            {
                switch (state)
                {
                    case CborReaderState.StartArray:
                        reader.ReadStartArray();
                        break;
                    case CborReaderState.EndArray:
                        reader.ReadEndArray();
                        break;
                    case CborReaderState.StartMap:
                        reader.ReadStartMap();
                        break;
                    case CborReaderState.EndMap:
                        reader.ReadEndMap();
                        break;
                    case CborReaderState.Tag:
                        reader.ReadTag();
                        break;
                    default:
                        reader.SkipValue();
                        break;
                }
                if (reader.CurrentDepth > MaxDepth)
                {
                    return false;
                }
            }
            return true;
        }
        catch (Exception failure) when (failure is CborContentException or InvalidOperationException)
        {
            return false;
        }
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
