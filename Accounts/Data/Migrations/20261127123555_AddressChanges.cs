using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Accounts.Data.Migrations
{
    /// <inheritdoc />
    public partial class AddressChanges : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "address_changes",
                columns: table => new
                {
                    change_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    old_email = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    new_email = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    old_link_id = table.Column<Guid>(type: "uuid", nullable: false),
                    new_link_id = table.Column<Guid>(type: "uuid", nullable: false),
                    old_token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    new_token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    client_address = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    old_confirmed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    new_confirmed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    state = table.Column<short>(type: "smallint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_address_changes", x => x.change_id);
                    table.CheckConstraint("ck_address_changes_confirmed", "state not in (1, 4) or (old_confirmed_at is not null and new_confirmed_at is not null)");
                    table.CheckConstraint("ck_address_changes_emails", "old_email <> new_email");
                });

            migrationBuilder.CreateIndex(
                name: "ix_address_changes_client_address_created_at",
                table: "address_changes",
                columns: new[] { "client_address", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_address_changes_created_at",
                table: "address_changes",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_address_changes_new_email_created_at",
                table: "address_changes",
                columns: new[] { "new_email", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_address_changes_new_link_id",
                table: "address_changes",
                column: "new_link_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_address_changes_old_link_id",
                table: "address_changes",
                column: "old_link_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_address_changes_pending",
                table: "address_changes",
                column: "user_id",
                unique: true,
                filter: "state = 0");

            migrationBuilder.CreateIndex(
                name: "ix_address_changes_user_id_created_at",
                table: "address_changes",
                columns: new[] { "user_id", "created_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "address_changes");
        }
    }
}
