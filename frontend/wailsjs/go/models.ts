export namespace audit {
	
	export interface Engagement {
	    title: string;
	    reference?: string;
	    prepared_by?: string;
	    from?: string;
	    to?: string;
	    zone: string;
	    deployments?: string[];
	    made_up?: boolean;
	}
	export interface FacetRequest {
	    field: string;
	    top: number;
	    search?: string;
	    order?: string;
	}
	export interface Receipt {
	    from?: string;
	    received?: string;
	    request?: string;
	    method?: string;
	    sha256?: string;
	    count?: number;
	    replaces?: number;
	}

}

export namespace casefile {
	
	export interface PaperLineRequest {
	    of: string;
	    format: string;
	    event?: string;
	    ordinal?: number;
	    key?: string;
	    deployment?: string;
	    at?: string;
	    from?: string;
	    to?: string;
	    zone?: string;
	}
	export interface RowsRequest {
	    of: string;
	    query: string;
	    zone: string;
	    order: string;
	    group?: string;
	    offset: number;
	    limit: number;
	}
	export interface SearchRequest {
	    of: string;
	    query: string;
	    zone: string;
	    order: string;
	    facets: audit.FacetRequest[];
	    timeline?: string;
	    group?: string;
	}
	export interface SettingHistoryRequest {
	    key: string;
	    offset: number;
	    limit: number;
	    zone?: string;
	}
	export interface SettingOfRequest {
	    event: string;
	    ordinal: number;
	}
	export interface SettingRowsRequest {
	    at: string;
	    from?: string;
	    search?: string;
	    only_differ?: boolean;
	    unseen?: boolean;
	    zone?: string;
	    offset: number;
	    limit: number;
	}
	export interface SettingsRequest {
	    at: string;
	    from?: string;
	    search?: string;
	    only_differ?: boolean;
	    unseen?: boolean;
	    zone?: string;
	}
	export interface StatementRequest {
	    key: string;
	    deployment?: string;
	    from: string;
	    to: string;
	    zone?: string;
	}
	export interface UnreadableRequest {
	    reason?: string;
	    offset: number;
	    limit: number;
	}

}

export namespace desk {
	
	export interface CaseView {
	    case: string;
	    view: string;
	}
	export interface CompareRequest {
	    old: number;
	    new: number;
	}
	export interface ExportRequest {
	    format: string;
	    query: string;
	    zone: string;
	    order: string;
	    prepared_by?: string;
	}
	export interface ImportRequest {
	    plan: string;
	    deployment: string;
	}
	export interface LocateRequest {
	    of: string;
	    query: string;
	    zone: string;
	    order: string;
	    group?: string;
	    ref: string;
	}
	export interface PlanFilesRequest {
	    plan: string;
	    offset: number;
	    limit: number;
	}
	export interface PreviewRequest {
	    plan: string;
	    file: number;
	}
	export interface ReceiptRequest {
	    source: number;
	    receipt: audit.Receipt;
	}
	export interface RollForwardLineRequest {
	    opening: string;
	    closing: string;
	    opening_at?: string;
	    closing_at?: string;
	    zone?: string;
	    generation: number;
	    row: number;
	    format: string;
	}
	export interface RollForwardRequest {
	    opening: string;
	    closing: string;
	    opening_at?: string;
	    closing_at?: string;
	    zone?: string;
	}
	export interface RollForwardSaveRequest {
	    opening: string;
	    closing: string;
	    opening_at?: string;
	    closing_at?: string;
	    zone?: string;
	    format: string;
	}
	export interface SummaryRequest {
	    sources: number[];
	}
	export interface UnreadableExportRequest {
	    format: string;
	    reason?: string;
	}
	export interface VerifyRequest {
	    noted?: string;
	}

}

