using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Payments.Data.Migrations
{
    /// <inheritdoc />
    public partial class TopupChangePositions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "changed_in",
                table: "checkouts",
                type: "bigint",
                nullable: true,
                defaultValueSql: "pg_current_xact_id()::text::bigint");

            migrationBuilder.AddColumn<long>(
                name: "changed_in",
                table: "access_grants",
                type: "bigint",
                nullable: true,
                defaultValueSql: "pg_current_xact_id()::text::bigint");
            migrationBuilder.Sql(Stamps);
            migrationBuilder.Sql(Notifications);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(Drop);
            migrationBuilder.DropColumn(
                name: "changed_in",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "changed_in",
                table: "access_grants");
        }
    }
}
